"""Who has a draft open. Nothing here is worth an audit event: it says what is so for some seconds."""

from datetime import timedelta

from apps.accounts.models import User
from apps.core import clock
from apps.releases.models import Presence, Release

GONE_AFTER = timedelta(seconds=40)


def be_present(*, person: User, draft: Release, is_editing: bool) -> None:
    """Note that somebody has a draft open, and sweep everybody who has left. Two queries."""
    now = clock.now()
    row = Presence(draft=draft, person=person, is_editing=is_editing, seen_at=now)
    Presence.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["draft", "person"], update_fields=["is_editing", "seen_at"]
    )
    Presence.objects.filter(seen_at__lt=now - GONE_AFTER).delete()
