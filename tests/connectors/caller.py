"""One of two processes that call the same API from the same environment; started by test_pace."""

import asyncio
import os
import sys
from pathlib import Path

from tests.processes import meet

os.environ["DJANGO_SETTINGS_MODULE"] = "config.test_settings"


def main(folder: Path, me: int, calls: int) -> None:
    """Begin that many calls at once, both processes from the same moment on.

    Prints how many were answered, and whether the event loop went on meanwhile.
    """
    import django  # noqa: PLC0415 - settings are chosen above

    django.setup()
    from apps.connectors.models import ConnectorVersion  # noqa: PLC0415
    from tests.connectors.calling import plan_of  # noqa: PLC0415

    plan = plan_of(ConnectorVersion.objects.get())
    meet(folder, 0, me, 2)
    print(asyncio.run(_answered(plan, calls)), flush=True)  # noqa: T201 - read by the test


async def _answered(plan: object, calls: int) -> str:
    from apps.connectors.calls import CallPlan, perform  # noqa: PLC0415

    if not isinstance(plan, CallPlan):
        return "no plan"
    ticks: list[float] = []
    ticking = asyncio.create_task(_tick(ticks))
    every = [perform(plan, environment_id=1, customer_id=None, connection_id=None) for _ in range(calls)]
    answered = sum(result.is_success for result in await asyncio.gather(*every))
    ticking.cancel()
    return f"{answered} answered, {'ticking' if len(ticks) > 10 else 'stuck'}"


async def _tick(ticks: list[float]) -> None:
    while True:
        await asyncio.sleep(0.01)
        ticks.append(asyncio.get_running_loop().time())


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:4]))
