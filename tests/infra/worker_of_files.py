"""A worker whose queue is a folder: ``python -m tests.infra.worker_of_files FOLDER SECONDS``.

Each file in ``queue/`` is a row. Its workflow takes it, records two steps with a durable sleep between them, and
notes every act in ``acts``. Journals of finished workflows are kept for SECONDS.
"""

import sys
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from apps.infra.jobs import Outbox, register_outbox, worker, workers  # noqa: E402 - after django.setup()
from apps.infra.jobs.durable import recorded, sleep, write  # noqa: E402

FOLDER = Path(sys.argv[1])
SLEEP_S = 1.5


def note(act: str) -> None:
    with (FOLDER / "acts").open("a") as acts:
        acts.write(f"{act}\n")


def pending() -> list[str]:
    return sorted(path.name for path in (FOLDER / "queue").iterdir())


def take(name: str) -> None:
    (FOLDER / "queue" / name).unlink(missing_ok=True)


async def carry_out(name: str) -> str:
    await write(take, name)

    async def send() -> dict[str, int]:
        note(f"{name} sent")
        return {"answer": 2**60}

    answer = await recorded("send", send)
    await sleep(SLEEP_S)
    await write(note, f"{name} goes on")

    async def finish() -> str:
        note(f"{name} finished with {answer['answer']}")
        return "done"

    return await recorded("finish", finish)


register_outbox(Outbox("files", pending, carry_out))
workers.TIME_TO_LIVE = timedelta(seconds=4)
worker.HOUSEKEEPING_S, worker.JOURNALS_KEPT = 0.5, timedelta(seconds=float(sys.argv[2]))
worker.run_worker()
