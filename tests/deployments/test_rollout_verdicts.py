"""Exactly one verdict for each instance, with its reason: the table, without a database."""

import pytest

from apps.deployments.rollouts.verdicts import Facts, Outcome, verdict

MOVES = Facts(current="V1", target="V2")


def facts(**more: object) -> Facts:
    return Facts(**{"current": "V1", "target": "V2", **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "outcome", "reason"),
    [
        (facts(), Outcome.SILENT, "It goes from V1 to V2 with every answer and connection."),
        (
            facts(current="V3", goes_back=True),
            Outcome.SILENT,
            "It goes back from V3 to V2 with every answer and connection.",
        ),
        (
            facts(dropped=("Tags", "Colour", "Size")),
            Outcome.SILENT,
            "It goes from V1 to V2 with its connections. V2 no longer asks “Tags”, “Colour” and “Size”.",
        ),
        (
            facts(is_paused=True),
            Outcome.SILENT,
            "It goes from V1 to V2 with every answer and connection. It stays paused.",
        ),
        (facts(answers=("“Shop”: This needs an answer.",)), Outcome.NEEDS_INPUT, "“Shop”: This needs an answer."),
        (
            facts(connections=("“CRM” has no connection.",), answers=("“Shop”: Missing.",)),
            Outcome.NEEDS_CONNECTION,
            "“CRM” has no connection. “Shop”: Missing.",
        ),
        (
            facts(obstacles=("Staging is locked.",), connections=("None.",), answers=("None.",)),
            Outcome.BLOCKED,
            "Staging is locked.",
        ),
        (
            facts(pinned_to="V1", obstacles=("Staging is locked.",)),
            Outcome.PINNED,
            "The marketplace is pinned to V1, so customers stay with it. Move the pin to V2 first.",
        ),
        (facts(runs_target=True, pinned_to="V1", obstacles=("x",)), Outcome.ALREADY_THERE, "It runs V2."),
    ],
)
def test_the_table(given: Facts, outcome: Outcome, reason: str) -> None:
    assert (verdict(given).outcome, verdict(given).reason) == (outcome, reason)


def test_who_takes_part() -> None:
    taking_part = {outcome for outcome in Outcome if outcome.takes_part}
    assert taking_part == {Outcome.SILENT, Outcome.NEEDS_INPUT, Outcome.NEEDS_CONNECTION}
    assert all(outcome.badge.meaning for outcome in Outcome)
