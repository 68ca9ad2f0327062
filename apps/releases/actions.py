"""What a person can do with a release, in the order of the menu; what is not possible says why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.permissions import Verb, may
from apps.releases import selectors
from apps.releases.addresses import Addresses
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.selection import Purpose
from apps.releases.states import Mark, State

IS_LIVE = "It is live: make another version live first."
IS_BINNED = "It is in the bin: take it out of there first."


@dataclass(frozen=True, slots=True)
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
    return Menu(release.integration_template, person).of(release)


def url_of(release: Release, name: str) -> str:
    """Return the address of a page about a release."""
    return reverse(f"releases:{name}", args=[release.integration_template.slug, release.pk])


def locked_because(release: Release) -> str:
    """Return why a release cannot be edited any more, "" for a draft."""
    if release.mark == Mark.QUARANTINED:
        return "Quarantined and locked: it can only be viewed."
    way_on = "copy it, or restore it into the draft, to go on from it."
    match State(release.state):
        case State.DRAFT:
            return ""
        case State.LIVE:
            return f"Live and locked: {way_on}"
        case State.SUPERSEDED if release.mark != Mark.DEPRECATED:
            return "Superseded and locked: to go back to it, make it live again, or promote a copy of it."
        case _ if release.mark == Mark.DEPRECATED:
            return f"Deprecated and locked: {way_on}"
        case _:
            return f"Frozen for good: {way_on}"


class Menu:
    """What one person can do with the releases of one template; addresses and rights are looked up once for all."""

    def __init__(self, integration_template: IntegrationTemplate, person: User) -> None:
        self._person = person
        self._template = integration_template
        self._addresses = Addresses()
        self._lacking: dict[Verb, str] = {}

    def of(self, release: Release, users: Sequence[str] = ()) -> list[Action]:
        """Return every action that makes sense for a release. ``users`` says where it runs, which keeps it here."""
        wanted = self._of_draft(release) if release.is_draft else self._of_version(release)
        return [*wanted, *self._of_any(release, users)]

    def edit(self, release: Release) -> Action:
        """Return the way to change a release in the builder; a version says why there is none."""
        binned = IS_BINNED if release.binned_at else ""
        because = locked_because(release) or self._unless(Verb.DRAFT_EDIT) or binned
        return Action("edit", "Edit", "pencil", self._addresses.of("builder", release), because, opens="")

    def in_builder(self, release: Release) -> Action:
        """Return the way to look at a release in the builder."""
        return Action("builder", "View in the builder", "eye", self._addresses.of("builder", release), opens="")

    def _of_draft(self, draft: Release) -> Iterator[Action]:
        editing = self._unless(Verb.DRAFT_EDIT)
        binned = IS_BINNED if draft.binned_at else ""
        yield Action("view", "Edit", "pencil", self._addresses.of("builder", draft), binned, opens="")
        yield self._deploy(draft)
        freeze = f"{self._addresses.of_template('version_create', self._template)}?draft={draft.pk}"
        yield Action("version", "Create version", "plus", freeze, editing or binned)
        yield self._make_live(draft)
        yield self._test(draft)
        yield self._compare(draft)
        yield self._copy(draft)
        if not draft.is_latest:
            url = self._addresses.of("draft_use", draft)
            yield Action("use", "Make it the latest draft", "point", url, editing or binned)

    def _of_version(self, version: Release) -> Iterator[Action]:
        yield Action("view", "View", "eye", self._addresses.of("release_detail", version), opens="")
        yield self._deploy(version)
        yield from self._update_all(version)
        yield self._make_live(version)
        yield self._test(version)
        yield self._compare(version)
        restore = self._unless(Verb.DRAFT_EDIT) or _refusal(version, Purpose.RESTORE)
        url = self._addresses.of("release_restore", version)
        yield Action("restore", "Restore into the draft", "restore", url, restore)
        yield self._copy(version)
        yield from self._marks(version)

    def _of_any(self, release: Release, users: Sequence[str]) -> Iterator[Action]:
        running = self._unless(Verb.INSTANCE_OPERATE_PROTECTED)
        if release.paused_at:
            yield Action("resume", "Resume", "player-play", self._addresses.of("release_resume", release), running)
        else:
            yield Action("pause", "Pause", "player-pause", self._addresses.of("release_pause", release), running)
        yield self._report(release)
        if url := self._addresses.of("release_export", release):
            yield Action("export", "Export", "download", url, opens="")
        editing = self._unless(Verb.DRAFT_EDIT)
        yield Action(
            "rename", "Edit name and description", "edit", self._addresses.of("release_rename", release), editing
        )
        yield from self._bin(release, users)

    def _deploy(self, release: Release) -> Action:
        start = self._addresses.fixed("deployments:wizard_start")
        because = self._unless(Verb.INSTANCE_OPERATE) or _refusal(release, Purpose.INSTALL)
        because = because or ("" if start else "Deployments are not installed here.")
        return Action("deploy", "Deploy", "rocket", f"{start}?release={release.pk}" if start else "", because, opens="")

    def _update_all(self, version: Release) -> Iterator[Action]:
        """Everybody may look at what an update of all instances would do; who may begin it, the page says."""
        if preview := self._addresses.fixed("deployments:rollout_preview"):
            url = f"{preview}?release={version.pk}"
            because = _refusal(version, Purpose.CHANGE_VERSION)
            yield Action("update-all", "Update all instances", "stack-push", url, because, opens="")

    def _make_live(self, release: Release) -> Action:
        again = release.state == State.SUPERSEDED
        because = self._unless(Verb.RELEASE_MANAGE) or _refusal(release, Purpose.MAKE_LIVE)
        label = "Make live again" if again else "Make live"
        return Action("make-live", label, "broadcast", self._addresses.of("release_make_live", release), because)

    def _test(self, release: Release) -> Action:
        url = self._addresses.elsewhere("runs:test_run_start", release)
        because = self._unless(Verb.DRAFT_EDIT) or _refusal(release, Purpose.TEST_RUN)
        because = because or ("" if url else "Runs are not installed here.")
        return Action("test", "Test run", "test-pipe", url, because, opens="")

    def _report(self, release: Release) -> Action:
        runs = self._addresses.fixed("runs:run_list")
        url = f"{runs}?{urlencode({'release': release.pk})}" if runs else ""
        return Action("report", "Report", "report-analytics", url, "" if url else "Runs are not installed here.", "")

    def _compare(self, release: Release) -> Action:
        return Action("compare", "Compare", "git-compare", self._addresses.of("release_compare", release), opens="")

    def _copy(self, release: Release) -> Action:
        because = self._unless(Verb.DRAFT_EDIT) or _refusal(release, Purpose.COPY)
        return Action("copy", "Copy", "copy", self._addresses.of("release_copy", release), because)

    def _marks(self, version: Release) -> Iterator[Action]:
        managing = self._unless(Verb.RELEASE_MANAGE)
        if version.is_live and (url := self._addresses.of("release_withdraw", version)):
            yield Action("withdraw", "Withdraw", "broadcast-off", url, managing, danger=True)
        match Mark(version.mark):
            case Mark.DEPRECATED:
                url = self._addresses.of("release_undeprecate", version)
                yield Action("undeprecate", "Take off “deprecated”", "archive-off", url, managing)
            case Mark.NONE:
                url = self._addresses.of("release_deprecate", version)
                yield Action("deprecate", "Deprecate", "archive", url, managing or (IS_LIVE if version.is_live else ""))
            case Mark.QUARANTINED:
                url = self._addresses.of("release_unquarantine", version)
                yield Action("unquarantine", "Take out of quarantine", "shield-check", url, managing)
                return
        url = self._addresses.of("release_quarantine", version)
        yield Action("quarantine", "Quarantine", "shield-x", url, managing, danger=True)

    def _bin(self, release: Release, users: Sequence[str]) -> Iterator[Action]:
        because = self._unless(Verb.DRAFT_EDIT if release.is_draft else Verb.RELEASE_MANAGE)
        if not release.binned_at:
            because = because or (IS_LIVE if release.is_live else "") or " ".join(users)
            url = self._addresses.of("release_bin", release)
            yield Action("bin", "Move to the bin", "trash", url, because, danger=True)
            return
        yield Action("unbin", "Take out of the bin", "trash-off", self._addresses.of("release_unbin", release), because)
        if release.is_draft:
            because = self._unless(Verb.ADMINISTER)
            url = self._addresses.of("draft_delete", release)
            yield Action("delete", "Delete for good", "trash-x", url, because, danger=True)

    def _unless(self, verb: Verb) -> str:
        if verb not in self._lacking:
            lacking = "" if may(self._person, verb) else f"Your role does not let you {verb.phrase}."
            self._lacking[verb] = lacking
        return self._lacking[verb]


def _refusal(release: Release, purpose: Purpose) -> str:
    verdict = selectors.verdict(release, purpose)
    return "" if verdict else verdict.reason
