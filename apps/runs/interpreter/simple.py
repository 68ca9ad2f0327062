"""Tasks without tasks inside: set, switch, raise, wait."""

from apps.runs.interpreter import flow
from apps.runs.interpreter.flow import Done
from apps.runs.interpreter.problems import Fault
from apps.runs.interpreter.work import Work


async def set_data(work: Work) -> Done:
    """``set``: the template, filled, becomes the output."""
    return Done(await work.evaluator.filled(work.task["set"], work.data))


async def switch(work: Work) -> Done:
    """``switch``: the first case that matches, else the one without ``when``, says where to go; data pass through."""
    default = flow.CONTINUE
    for item in work.task["switch"]:
        case = next(iter(item.values()))
        if "when" not in case:
            default = case.get("then", flow.CONTINUE)
        elif await work.evaluator.condition(case["when"], work.data):
            return Done(work.data, case.get("then", flow.CONTINUE))
    return Done(work.data, default)


async def raise_error(work: Work) -> Done:
    """``raise``: end in the error, inline or by its name in ``use.errors``."""
    error = work.task["raise"]["error"]
    if isinstance(error, str):
        error = work.reusable("errors", error)
    filled = await work.evaluator.filled(error, work.data)
    raise Fault({"status": 500, **filled, "instance": work.scope.reference})


async def wait(work: Work) -> Done:
    """``wait``: let the duration pass; data pass through."""
    duration = await work.evaluator.filled(work.task["wait"], work.data)
    await work.effects.wait(work.step, work.seconds_of(duration))
    return Done(work.data)
