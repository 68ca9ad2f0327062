"""One of two processes: this one takes a release out of its bin, the other puts the connector version that it names
into its own; started by test_bin."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from tests.processes import meet

os.environ["DJANGO_SETTINGS_MODULE"] = "config.test_settings"


def main(folder: Path, me: int, rounds: int) -> None:
    """Act once in each round, both from the same moment on, and undo what was done."""
    import django  # noqa: PLC0415 - settings are chosen above

    django.setup()
    from apps.core.errors import Refused  # noqa: PLC0415

    act, undo = _of_releases() if me == 1 else _of_connectors()
    for number in range(rounds):
        meet(folder, number, me, 2)
        try:
            act()
            answer = "done"
        except Refused:
            answer = "refused"
        print(number, answer, flush=True)  # noqa: T201 - read by the test
        meet(folder, number + 1_000_000, me, 2)
        if answer == "done":
            undo()
        meet(folder, number + 2_000_000, me, 2)


def _of_releases() -> tuple[Callable[[], object], Callable[[], object]]:
    from apps.releases import services  # noqa: PLC0415
    from apps.releases.models import Release  # noqa: PLC0415
    from tests.factories.releases import SETUP  # noqa: PLC0415

    release = Release.objects.select_related("integration_template").get(number=1)
    return (
        lambda: services.restore_from_bin(by=SETUP, release=release),
        lambda: services.bin_release(by=SETUP, release=release),
    )


def _of_connectors() -> tuple[Callable[[], object], Callable[[], object]]:
    from apps.connectors import services  # noqa: PLC0415
    from apps.connectors.models import ConnectorVersion  # noqa: PLC0415
    from tests.factories.releases import SETUP  # noqa: PLC0415

    version = ConnectorVersion.objects.get()
    return (
        lambda: services.bin_version(by=SETUP, version=version),
        lambda: services.restore_version(by=SETUP, version=version),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:4]))
