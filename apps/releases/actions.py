"""What a person can do with a release, in the order of the menu; what is not possible says why."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.permissions import Verb, may
from apps.releases import selectors
from apps.releases.links import link_to
from apps.releases.models import Release
from apps.releases.selection import Purpose
from apps.releases.states import Mark, State


@dataclass(frozen=True)
class Action:
    """One line of a menu. ``because`` disables it; ``opens`` is "dialog" or "" for a page of its own."""

    key: str
    label: str
    icon: str
    url: str
    because: str = ""
    opens: str = "dialog"
    danger: bool = False


def actions_for(release: Release, person: User) -> list[Action]:
    """Return every action that makes sense for a release, the disabled ones too."""
    wanted = _of_draft(release, person) if release.is_draft else _of_version(release, person)
    return [*wanted, *_of_any(release, person)]


def url_of(release: Release, name: str) -> str:
    """Return the address of a page about a release."""
    return reverse(f"releases:{name}", args=[release.integration_template.slug, release.pk])


def _of_draft(draft: Release, person: User) -> Iterator[Action]:
    editing = _unless(person, Verb.DRAFT_EDIT)
    binned = "It is in the bin: take it out of there first." if draft.binned_at else ""
    yield Action("view", "Edit", "pencil", url_of(draft, "builder"), binned, opens="")
    yield _deploy(draft, person)
    freeze = reverse("releases:version_create", args=[draft.integration_template.slug]) + f"?draft={draft.pk}"
    yield Action("version", "Create version", "plus", freeze, editing or binned)
    yield _make_live(draft, person)
    yield _test(draft, person)
    yield _compare(draft)
    yield _copy(draft, person)
    if not draft.is_latest:
        yield Action("use", "Make it the latest draft", "point", url_of(draft, "draft_use"), editing or binned)


def _of_version(version: Release, person: User) -> Iterator[Action]:
    yield Action("view", "View", "eye", url_of(version, "release_detail"), opens="")
    yield _deploy(version, person)
    yield from _update_all(version)
    yield _make_live(version, person)
    yield _test(version, person)
    yield _compare(version)
    restore = _unless(person, Verb.DRAFT_EDIT) or _refusal(version, Purpose.RESTORE)
    yield Action("restore", "Restore into the draft", "restore", url_of(version, "release_restore"), restore)
    yield _copy(version, person)
    yield from _marks(version, person)


def _of_any(release: Release, person: User) -> Iterator[Action]:
    running = _unless(person, Verb.INSTANCE_OPERATE_PROTECTED)
    if release.paused_at:
        yield Action("resume", "Resume", "player-play", url_of(release, "release_resume"), running)
    else:
        yield Action("pause", "Pause", "player-pause", url_of(release, "release_pause"), running)
    editing = _unless(person, Verb.DRAFT_EDIT)
    yield Action("rename", "Edit name and description", "edit", url_of(release, "release_rename"), editing)
    yield from _bin(release, person)


def _deploy(release: Release, person: User) -> Action:
    start = link_to("deployments:wizard_start")
    url = f"{start}?release={release.pk}" if start else ""
    because = _unless(person, Verb.INSTANCE_OPERATE) or _refusal(release, Purpose.INSTALL)
    because = because or ("" if url else "Deployments are not installed here.")
    return Action("deploy", "Deploy", "rocket", url, because, opens="")


def _update_all(version: Release) -> Iterator[Action]:
    """Everybody may look at what an update of all instances would do; who may begin it, the page says."""
    if preview := link_to("deployments:rollout_preview"):
        url = f"{preview}?release={version.pk}"
        because = _refusal(version, Purpose.CHANGE_VERSION)
        yield Action("update-all", "Update all instances", "stack-push", url, because, opens="")


def _make_live(release: Release, person: User) -> Action:
    again = release.state == State.SUPERSEDED
    because = _unless(person, Verb.RELEASE_MANAGE) or _refusal(release, Purpose.MAKE_LIVE)
    label = "Make live again" if again else "Make live"
    return Action("make-live", label, "broadcast", url_of(release, "release_make_live"), because)


def _test(release: Release, person: User) -> Action:
    url = link_to("runs:test_run_start", release.pk)
    because = _unless(person, Verb.DRAFT_EDIT) or _refusal(release, Purpose.TEST_RUN)
    because = because or ("" if url else "Runs are not installed here.")
    return Action("test", "Test run", "test-pipe", url, because, opens="")


def _compare(release: Release) -> Action:
    return Action("compare", "Compare", "git-compare", url_of(release, "release_compare"), opens="")


def _copy(release: Release, person: User) -> Action:
    because = _unless(person, Verb.DRAFT_EDIT) or _refusal(release, Purpose.COPY)
    return Action("copy", "Copy", "copy", url_of(release, "release_copy"), because)


def _marks(version: Release, person: User) -> Iterator[Action]:
    managing = _unless(person, Verb.RELEASE_MANAGE)
    live = "It is live: make another version live first." if version.is_live else ""
    match Mark(version.mark):
        case Mark.DEPRECATED:
            url = url_of(version, "release_undeprecate")
            yield Action("undeprecate", "Take off “deprecated”", "archive-off", url, managing)
        case Mark.NONE:
            url = url_of(version, "release_deprecate")
            yield Action("deprecate", "Deprecate", "archive", url, managing or live)
        case Mark.QUARANTINED:
            url = url_of(version, "release_unquarantine")
            yield Action("unquarantine", "Take out of quarantine", "shield-check", url, managing)
            return
    url = url_of(version, "release_quarantine")
    yield Action("quarantine", "Quarantine", "shield-x", url, managing, danger=True)


def _bin(release: Release, person: User) -> Iterator[Action]:
    because = _unless(person, Verb.DRAFT_EDIT if release.is_draft else Verb.RELEASE_MANAGE)
    if not release.binned_at:
        live = "It is live: make another version live first." if release.is_live else ""
        yield Action("bin", "Move to the bin", "trash", url_of(release, "release_bin"), because or live, danger=True)
        return
    yield Action("unbin", "Take out of the bin", "trash-off", url_of(release, "release_unbin"), because)
    if release.is_draft:
        because = _unless(person, Verb.ADMINISTER)
        yield Action("delete", "Delete for good", "trash-x", url_of(release, "draft_delete"), because, danger=True)


def _refusal(release: Release, purpose: Purpose) -> str:
    verdict = selectors.verdict(release, purpose)
    return "" if verdict else verdict.reason


def _unless(person: User, verb: Verb) -> str:
    return "" if may(person, verb) else f"Your role does not let you {verb.phrase}."
