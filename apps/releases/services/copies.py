"""Ways back and sideways: copies of releases, and versions restored into the draft."""

from apps.accounts.permissions import Verb
from apps.releases import selectors
from apps.releases.models import Checkpoint, IntegrationTemplate, Release
from apps.releases.selection import Purpose
from apps.releases.services.drafts import new_draft
from apps.releases.services.templates import new_template_like
from apps.releases.services.texts import put_snapshot
from apps.releases.services.transition import By, act, locked, refuse_unless


def copy_release(
    *,
    by: By,
    release: Release,
    to: IntegrationTemplate | None = None,
    new_template: str = "",
    seen: str | None = None,
) -> Release:
    """Copy a release into a draft: of its own template, of another one (``to``), or of one that is made for it.

    It becomes the latest draft where there is none. Returns the draft.
    """
    with act("draft.created", by=by, needs=Verb.DRAFT_EDIT, release=release, seen=seen) as (op, source):
        refuse_unless(source, Purpose.COPY)
        home = source.integration_template
        if new_template:
            target = new_template_like(by=by, source=home, name=new_template)
        else:
            target = locked(to) if to and to != home else home
        base = (source.base if source.is_draft else source) if target == home else None
        draft = new_draft(target, source.snapshot, source.digest, by=by, base=base, name=f"Copy of {source.label}")
        origin = f" from {source.title}" if target == home else f" from {home} {source.title}"
        op.about(draft, within=target, template=str(target), origin=origin)
    return draft


def restore_version(*, by: By, release: Release, seen: str | None = None) -> Release:
    """Put a version's text into the latest draft. The present text stays for good, as a checkpoint with a name.

    It gets no name where it stands in some version already: forward again always works.
    """
    with act("release.restored", by=by, needs=Verb.DRAFT_EDIT, release=release, seen=seen) as (op, version):
        refuse_unless(version, Purpose.RESTORE)
        template = version.integration_template
        draft = selectors.latest_draft(template)
        if draft is None:
            draft = new_draft(template, version.snapshot, version.digest, by=by, base=version)
        else:
            _keep_for_good(draft, before=version)
            draft.base = version
            draft.save(update_fields=["base"])
            put_snapshot(draft, version.snapshot, version.digest, by=by, did=f"Restored {version.title}")
        draft.integration_template = template
        op.about(draft, within=template, origin=version.title, template=str(template))
    return draft


def _keep_for_good(draft: Release, *, before: Release) -> None:
    versions = Release.objects.versions().filter(integration_template=before.integration_template)
    if versions.filter(snapshot=draft.snapshot_id).exists():
        return
    Checkpoint.objects.filter(draft=draft, revision=draft.revision, name="").update(
        name=f"Before restoring {before.label}"
    )
