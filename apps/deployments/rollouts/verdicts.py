"""What an update of many would do to one instance: exactly one verdict, with its reason. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from apps.core.badges import Badge


class Outcome(StrEnum):
    """The six verdicts. What comes earlier hides what comes later in ``verdict``."""

    SILENT = "silent"
    NEEDS_INPUT = "needs_input"
    NEEDS_CONNECTION = "needs_connection"
    BLOCKED = "blocked"
    PINNED = "pinned"
    ALREADY_THERE = "already_there"

    @property
    def badge(self) -> Badge:
        """How the verdict looks."""
        return _BADGES[self]

    @property
    def takes_part(self) -> bool:
        """Such an instance may become an item of a rollout; one that needs something waits there for a person."""
        return self in (Outcome.SILENT, Outcome.NEEDS_INPUT, Outcome.NEEDS_CONNECTION)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that the verdict asks about an instance and the version that it would get.

    ``pinned_to``: the version to which the marketplace is pinned, where that is another one and the owner a customer.
    ``obstacles``, ``connections``, ``answers``: sentences about what no answer mends, about slots without a usable
    connection, about questions to answer. ``dropped``: titles of answers that the target does not ask any more.
    """

    current: str
    target: str
    runs_target: bool = False
    goes_back: bool = False
    pinned_to: str = ""
    obstacles: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    is_paused: bool = False


@dataclass(frozen=True)
class Verdict:
    """What would happen, and why."""

    outcome: Outcome
    reason: str


def verdict(facts: Facts) -> Verdict:
    """Return the one verdict for these facts."""
    if facts.runs_target:
        return Verdict(Outcome.ALREADY_THERE, f"It runs {facts.target}.")
    if facts.pinned_to:
        return Verdict(
            Outcome.PINNED,
            f"The marketplace is pinned to {facts.pinned_to}, so customers stay with it. Move the pin to "
            f"{facts.target} first.",
        )
    if facts.obstacles:
        return Verdict(Outcome.BLOCKED, " ".join(facts.obstacles))
    if facts.connections:
        return Verdict(Outcome.NEEDS_CONNECTION, " ".join([*facts.connections, *facts.answers]))
    if facts.answers:
        return Verdict(Outcome.NEEDS_INPUT, " ".join(facts.answers))
    return Verdict(Outcome.SILENT, " ".join(_silently(facts)))


def _silently(facts: Facts) -> list[str]:
    direction = "goes back from" if facts.goes_back else "goes from"
    kept = "with every answer and connection" if not facts.dropped else "with its connections"
    sentences = [f"It {direction} {facts.current} to {facts.target} {kept}."]
    if facts.dropped:
        sentences.append(f"{facts.target} no longer asks {_listed(facts.dropped)}.")
    if facts.is_paused:
        sentences.append("It stays paused.")
    return sentences


def _listed(titles: tuple[str, ...]) -> str:
    quoted = [f"“{title}”" for title in titles]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


_BADGES = {
    Outcome.SILENT: Badge("Silent", "It can be updated without asking anybody anything.", "green", "check"),
    Outcome.NEEDS_INPUT: Badge("Needs input", "Somebody has to answer a question first.", "amber", "forms"),
    Outcome.NEEDS_CONNECTION: Badge(
        "Needs connection", "Somebody has to choose or mend a connection first.", "amber", "plug-connected-x"
    ),
    Outcome.BLOCKED: Badge("Blocked", "It cannot be updated until the reason is gone.", "red", "lock"),
    Outcome.PINNED: Badge("Pinned", "The marketplace holds it at another version on purpose.", "purple", "pin"),
    Outcome.ALREADY_THERE: Badge(
        "Already there", "It runs this version; there is nothing to do.", "gray", "circle-check"
    ),
}
