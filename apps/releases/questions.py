"""What the dialogs about a release ask, and what is said when it is done."""

from dataclasses import dataclass
from enum import Enum

from apps.releases.consequences import Act, consequences
from apps.releases.models import Release


@dataclass(frozen=True)
class Words:
    """``{label}`` is V3 or Draft, ``{title}`` has the name with it, ``{template}`` the template."""

    title: str
    text: str
    button: str
    done: str
    icon: str
    danger: bool = False


class Question(Enum):
    """One for each thing that can be done with a release."""

    DEPRECATE = Words(
        "Deprecate {label}",
        "Nobody will be able to pick {title} any more. It stays in the history, and the mark can be taken off.",
        "Deprecate",
        "{label} is deprecated.",
        "archive",
    )
    WITHDRAW = Words(
        "Withdraw {label}",
        "{title} stops being live, and no other version takes its place: new customer installs get nothing until you "
        "make one live. It stays a version that can be deployed, deprecated or made live again.",
        "Withdraw",
        "{label} is withdrawn. Nothing of {template} is live.",
        "broadcast-off",
        danger=True,
    )
    UNDEPRECATE = Words(
        "Take “deprecated” off {label}",
        "{title} can be picked again.",
        "Take it off",
        "{label} is not deprecated any more.",
        "archive-off",
    )
    QUARANTINE = Words(
        "Quarantine {label}",
        "No run of {title} starts any more, wherever it is installed. Do this when it does harm. "
        "Runs under way finish.",
        "Quarantine",
        "{label} is quarantined: nothing runs on it.",
        "shield-x",
        danger=True,
    )
    UNQUARANTINE = Words(
        "Take {label} out of quarantine",
        "Runs of {title} start again wherever it is installed.",
        "Take it out",
        "{label} is out of quarantine.",
        "shield-check",
    )
    PAUSE = Words(
        "Pause {label}",
        "No run of {title} starts until somebody resumes it, wherever it is installed. Runs under way finish.",
        "Pause",
        "{label} is paused.",
        "player-pause",
    )
    RESUME = Words(
        "Resume {label}",
        "Runs of {title} start again.",
        "Resume",
        "{label} runs again.",
        "player-play",
    )
    RESTORE = Words(
        "Restore {label} into the draft",
        "The latest draft gets the text of {title}. What the draft holds now is kept as a checkpoint: "
        "putting that back leads forward again. Nothing that is installed changes.",
        "Restore",
        "The latest draft is ready with the restored text.",
        "restore",
    )
    BIN = Words(
        "Move {label} to the bin",
        "{title} disappears from every list but the bin, where it can be taken out again. Its number stays used.",
        "Move to the bin",
        "{label} is in the bin.",
        "trash",
        danger=True,
    )
    UNBIN = Words(
        "Take {label} out of the bin",
        "{title} stands in the history again.",
        "Take it out",
        "{label} is out of the bin.",
        "trash-off",
    )
    RENAME = Words(
        "Name and description of {label}",
        "The number {label} stays. The change stands in the trail.",
        "Save",
        "Saved name and description of {label}.",
        "edit",
    )
    NOTES = Words(
        "Release notes of {label}",
        "What customers read when they are offered this version.",
        "Save",
        "Saved the notes of {label}.",
        "notes",
    )
    DISCARD = Words(
        "Discard the changes of this draft",
        "The draft gets the text of the version that it began from. What it holds now stays as a checkpoint: "
        "Undo brings it back.",
        "Discard the changes",
        "The changes are discarded.",
        "eraser",
        danger=True,
    )
    USE = Words(
        "Make this the latest draft",
        "From now on saving and deploying go to this draft. The one that is the latest now stays as it is.",
        "Make it the latest",
        "This is the latest draft now.",
        "point",
    )
    DELETE = Words(
        "Delete this draft for good",
        "Its text cannot be brought back.",
        "Delete for good",
        "The draft is deleted.",
        "trash-x",
        danger=True,
    )

    def title(self, release: Release) -> str:
        """Return the heading of the dialog."""
        return _filled(self.value.title, release)

    def text(self, release: Release) -> str:
        """Return what will happen."""
        return _filled(self.value.text, release)

    def consequences(self, release: Release) -> list[str]:
        """Return what it means where the release is installed and offered."""
        act = _ACTS.get(self)
        return consequences(act, release) if act else []

    def told(self, release: Release) -> str:
        """Return what has happened."""
        return _filled(self.value.done, release)


_ACTS = {
    Question.DEPRECATE: Act.DEPRECATE,
    Question.UNDEPRECATE: Act.UNDEPRECATE,
    Question.QUARANTINE: Act.QUARANTINE,
    Question.UNQUARANTINE: Act.UNQUARANTINE,
    Question.WITHDRAW: Act.WITHDRAW,
    Question.PAUSE: Act.PAUSE,
    Question.RESUME: Act.RESUME,
}


def _filled(words: str, release: Release) -> str:
    return words.format(label=release.label, title=release.title, template=release.integration_template)
