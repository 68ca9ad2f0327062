"""Tasks that hold tasks: do, for, try."""

from typing import Any

from apps.runs.interpreter import flow
from apps.runs.interpreter.flow import Done
from apps.runs.interpreter.problems import Fault, matches
from apps.runs.interpreter.retries import Retrying
from apps.runs.interpreter.work import Work


async def do(work: Work) -> Done:
    """``do``: the tasks one after the other."""
    return await work.run_list(work.task["do"], work.scope.enter("do"), work.data)


async def for_each(work: Work) -> Done:
    """``for``: the tasks once for each item; a round's output is the next one's input."""
    loop, data = work.task["for"], work.data
    item_name, index_name = loop.get("each", "item"), loop.get("at", "index")
    for index, item in enumerate(await _items(work)):
        bound = work.binding(**{item_name: item, index_name: index})
        if "while" in work.task and not await bound.evaluator.condition(work.task["while"], data):
            break
        done = await work.run_list(work.task["do"], bound.scope.round(index + 1).enter("do"), data)
        data = done.output
        if done.then == flow.END:
            return done
    return Done(data)


async def _items(work: Work) -> list[Any]:
    items = await work.evaluator.transformed(work.task["for"]["in"], work.data)
    if items is None:
        return []
    if not isinstance(items, list):
        raise work.fault("expression", "“for.in” must give a list.")
    return items


async def try_catch(work: Work) -> Done:
    """``try``: the tasks; on an error that ``catch`` wants, again after a delay, then the tasks of ``catch``."""
    retrying = Retrying(work, work.task["catch"].get("retry"))
    while True:
        try:
            return await work.run_list(work.task["try"], work.scope.enter("try"), work.data)
        except Fault as fault:
            failed = work.binding(**{work.task["catch"].get("as", "error"): fault.problem})
            if not await _catches(failed, fault):
                raise
            if not await retrying.again(failed):
                return await _caught(failed, fault)


async def _catches(failed: Work, fault: Fault) -> bool:
    catch = failed.task["catch"]
    if not matches(fault.problem, (catch.get("errors") or {}).get("with") or {}):
        return False
    if "when" in catch and not await failed.evaluator.condition(catch["when"], failed.data):
        return False
    return "exceptWhen" not in catch or not await failed.evaluator.condition(catch["exceptWhen"], failed.data)


async def _caught(failed: Work, fault: Fault) -> Done:
    catch = failed.task["catch"]
    if "do" not in catch:
        if "retry" in catch:
            raise fault
        return Done(failed.data, catch.get("then", flow.CONTINUE))
    done = await failed.run_list(catch["do"], failed.scope.enter("catch").enter("do"), failed.data)
    return done if done.then == flow.END else Done(done.output, catch.get("then", flow.CONTINUE))
