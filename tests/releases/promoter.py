"""One of many processes that promote at once; started by test_races."""

import os
import sys
from pathlib import Path

from tests.processes import meet

os.environ["DJANGO_SETTINGS_MODULE"] = "config.test_settings"


def main(folder: Path, me: int, rounds: int, others: int) -> None:
    """Promote this process's own version in each round, all processes from the same moment on."""
    import django  # noqa: PLC0415 - settings are chosen above

    django.setup()
    from apps.core.errors import Conflict, Refused  # noqa: PLC0415
    from apps.releases import selectors, services  # noqa: PLC0415
    from apps.releases.models import Release  # noqa: PLC0415
    from tests.factories.releases import SETUP  # noqa: PLC0415

    for round_number in range(rounds):
        mine = Release.objects.select_related("integration_template").get(number=me)
        seen = selectors.seen(mine, selectors.live_release(mine.integration_template))
        meet(folder, round_number, me, others)
        try:
            services.make_live(by=SETUP, release=mine, reason="race", seen=seen)
            answer = "live"
        except Conflict:
            answer = "conflict"
        except Refused:
            answer = "refused"
        print(round_number, answer, Release.objects.live().count(), flush=True)  # noqa: T201 - read by the test
        meet(folder, round_number + 1_000_000, me, others)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:5]))
