"""What people do to templates and releases, and what the rules say."""

from typing import Any

import pytest

from apps.accounts.permissions import Role
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict, Forbidden, Refused
from apps.releases import selectors, services, users_of_releases
from apps.releases.models import IntegrationTemplate, NamingScheme, Release
from apps.releases.selection import Purpose
from apps.releases.services import BehindLive, SameContent, StaleDraft
from apps.releases.services.checkpoints import restore_checkpoint
from apps.releases.services.transition import BadName
from apps.releases.states import Mark, State
from tests.factories.releases import SETUP, a_live_version, a_template, a_version, text, the_draft

LITERAL_CREDENTIAL = """\
document:
  dsl: '1.0.3'
  title: Careless
do:
  - ask:
      call: http
      with:
        method: get
        endpoint: https://api.example.com/orders
        headers:
          Authorization: Bearer sk_live_4eC39HqLyjWDarjtT1zdp7dc
"""


def save(draft: Release, content: str, **changes: Any) -> Release:
    return services.save_draft(**{"by": SETUP, "draft": draft, "text": content, "revision": draft.revision} | changes)


def verbs_about(release: Release) -> list[str]:
    events = AuditEvent.objects.filter(target_type="releases.release", target_id=str(release.pk)).order_by("pk")
    return [event.verb for event in events]


# ---- templates ----


def test_a_new_template_begins_with_a_working_draft(bea):
    template = services.create_template(by=bea, name="Orders to CRM", starter="orders_to_crm")
    draft = the_draft(template)
    assert (draft.state, draft.is_latest, draft.created_by_name, template.slug) == (
        "draft",
        True,
        "Bea",
        "orders-to-crm",
    )
    assert selectors.definition_of(draft).title == "Orders to CRM"


def test_two_templates_cannot_have_one_name(bea, orders):
    with pytest.raises(Refused, match="There is a template called “orders to crm” already"):
        services.create_template(by=bea, name="orders to crm")


def test_names_that_give_the_same_address_get_addresses_of_their_own(bea, orders):
    assert services.create_template(by=bea, name="Orders: to CRM").slug == "orders-to-crm-2"


def test_no_template_takes_the_address_of_the_page_for_new_ones(bea):
    assert services.create_template(by=bea, name="New").slug == "new-2"


def test_a_viewer_creates_nothing(vera):
    with pytest.raises(Forbidden, match="Vera may not edit drafts"):
        services.create_template(by=vera, name="Mine")
    assert AuditEvent.objects.filter(verb="act.refused", actor_name="Vera").count() == 1


# ---- drafts ----


def test_saving_keeps_the_text_exactly_and_counts_the_revision(bea, draft):
    typed = text("with  odd   spaces") + "\n\n# the end"
    saved = save(draft, typed, by=bea)
    assert (saved.text, saved.revision, saved.saved_by_name) == (typed, draft.revision + 1, "Bea")


def test_broken_text_is_kept_as_typed_but_not_frozen(bea, draft):
    saved = save(draft, "do: [1,\n  oops", by=bea)
    assert (Release.objects.get(pk=draft.pk).text, saved.digest) == ("do: [1,\n  oops", "")
    with pytest.raises(Refused) as refused:
        services.create_version(by=bea, draft=saved, name="first")
    assert len(refused.value.problems) == 1
    assert refused.value.problems[0].startswith("Line ")


def test_a_stale_save_is_a_conflict_that_loses_neither_text(bea, rita, draft):
    save(draft, text("Rita was quicker"), by=rita)
    with pytest.raises(StaleDraft) as stale:
        save(draft, text("Bea was later"), by=bea)
    assert stale.value.saved.text == text("Rita was quicker")
    assert Release.objects.get(pk=draft.pk).text == text("Rita was quicker")


def test_a_version_is_never_saved_into(bea, orders):
    version = a_version(orders)
    with pytest.raises(Refused, match="V1 is frozen for good"):
        save(version, text("other"), by=bea)


def test_another_draft_can_become_the_latest(bea, orders, draft):
    other = services.copy_release(by=bea, release=draft)
    services.use_draft(by=bea, release=other)
    assert [the_draft(orders), Release.objects.get(pk=draft.pk).is_latest] == [other, False]


# ---- versions ----


def test_a_version_freezes_the_draft_and_work_goes_on(bea, orders, draft):
    version = services.create_version(by=bea, draft=draft, name="first", description="It works.")
    draft.refresh_from_db()
    assert (version.label, version.state, version.created_by, version.text) == ("V1", "version", bea, text())
    assert (draft.state, draft.is_latest, draft.base) == ("draft", True, version)
    save(draft, text("more"))
    assert Release.objects.get(pk=version.pk).text == text()


def test_numbers_count_up_and_are_never_used_twice(rita, orders):
    first, second = a_version(orders), a_version(orders)
    services.bin_release(by=rita, release=second)
    assert [first.number, second.number, a_version(orders).number] == [1, 2, 3]


def test_a_version_needs_a_name_of_its_own(bea, orders):
    a_version(orders, "first")
    draft = save(the_draft(orders), text("more"))
    for name, reason in [("", "Give the version a name."), ("First", "There is a version called “First” already.")]:
        with pytest.raises(BadName, match=reason):
            services.create_version(by=bea, draft=draft, name=name)


def test_a_name_follows_the_scheme_of_the_template(bea):
    draft = the_draft(a_template(naming_scheme=NamingScheme.SEMVER))
    with pytest.raises(BadName, match="does not follow this template's naming scheme"):
        services.create_version(by=bea, draft=draft, name="spring cleaning")


def test_the_next_name_is_suggested_from_what_changed(bea):
    template = a_template(naming_scheme=NamingScheme.SEMVER)
    assert selectors.suggested_name(the_draft(template)) == "1.0.0"
    a_version(template, "1.0.0")
    changed = save(the_draft(template), text("changed"))
    assert selectors.suggested_name(changed) == "1.0.1"
    more = save(changed, text("changed") + "  - another:\n      set: {more: 1}\n")
    assert selectors.suggested_name(more) == "1.1.0"


def test_the_same_content_asks_for_one_more_click(bea, orders, draft):
    first = services.create_version(by=bea, draft=draft, name="first")
    again = save(draft, "# another comment\n" + text())
    with pytest.raises(SameContent) as same:
        services.create_version(by=bea, draft=again, name="second")
    assert same.value.release == first
    assert services.create_version(by=bea, draft=again, name="second", accept_same=True).number == 2


def test_deploying_a_draft_with_known_content_uses_the_version_that_has_it(bea, draft):
    first = services.create_version(by=bea, draft=draft, name="first")
    assert services.freeze_for_deployment(by=bea, draft=draft, name="second") == first


def test_a_literal_credential_is_never_frozen(bea, draft):
    careless = save(draft, LITERAL_CREDENTIAL)
    with pytest.raises(Refused, match="mend it") as refused:
        services.create_version(by=bea, draft=careless, name="first")
    assert any("credential" in problem.lower() or "secret" in problem.lower() for problem in refused.value.problems)


def test_the_notes_of_a_draft_move_to_its_version(bea, draft):
    noted = services.edit_notes(by=bea, release=draft, notes="- faster")
    version = services.create_version(by=bea, draft=noted, name="first")
    draft.refresh_from_db()
    assert (version.notes, draft.notes) == ("- faster", "")


def test_somebody_saving_in_between_stops_the_freezing(bea, rita, draft):
    seen = draft
    save(Release.objects.get(pk=draft.pk), text("changed in between"), by=rita)
    with pytest.raises(Conflict, match="Somebody saved the draft meanwhile"):
        services.create_version(by=bea, draft=seen, name="first")


# ---- live ----


def test_making_live_takes_the_place_of_the_previous_one(rita, orders):
    first = a_live_version(orders)
    second = services.make_live(by=rita, release=a_version(orders))
    first.refresh_from_db()
    assert (first.state, second.state, selectors.live_release(orders)) == ("superseded", "live", second)


def test_making_the_latest_draft_live_freezes_it_and_it_stays(rita, orders, draft):
    live = services.make_live(by=rita, release=draft, name="first")
    draft.refresh_from_db()
    assert (live.number, live.state, draft.is_latest, draft.base, draft.binned_at) == (1, "live", True, live, None)


def test_another_draft_that_goes_live_leaves_for_the_bin(rita, orders, draft):
    first = a_live_version(orders)
    copied = services.copy_release(by=rita, release=first)
    other = save(copied, text("hotfix"))
    live = services.make_live(by=rita, release=other, name="hotfix")
    other.refresh_from_db()
    assert (live.number, other.binned_at is not None, the_draft(orders).base) == (2, True, first)


def test_a_superseded_version_goes_live_again(rita, orders):
    first, second = a_live_version(orders), a_live_version(orders)
    services.make_live(by=rita, release=first)
    second.refresh_from_db()
    assert (selectors.live_release(orders), second.state) == (first, "superseded")


def test_what_was_built_on_something_older_than_live_needs_a_reason(rita, orders):
    first = a_live_version(orders)
    hotfix = save(services.copy_release(by=rita, release=first), text("hotfix"))
    second = a_live_version(orders)
    with pytest.raises(BehindLive, match="is based on V1, and V2 is live"):
        services.make_live(by=rita, release=hotfix, name="hotfix")
    live = services.make_live(by=rita, release=hotfix, name="hotfix", reason="Customers wait for it.")
    second.refresh_from_db()
    assert (live.number, second.state) == (3, "superseded")


def test_builders_do_not_make_releases_live(bea, orders):
    version = a_version(orders)
    with pytest.raises(Forbidden, match="Bea may not make releases live"):
        services.make_live(by=bea, release=version)


def test_making_live_from_a_stale_page_changes_nothing(rita, orders):
    first, second = a_version(orders), a_version(orders)
    seen = selectors.seen(first, None)
    services.make_live(by=rita, release=second)
    with pytest.raises(Conflict, match="was changed meanwhile"):
        services.make_live(by=rita, release=first, seen=seen)
    assert selectors.live_release(orders) == second


def test_one_act_is_told_as_what_it_did_to_each(rita, orders):
    first = a_live_version(orders)
    second = services.make_live(by=rita, release=a_version(orders), reason="Ready.")
    assert verbs_about(first)[-1] == "release.superseded"
    promoted = AuditEvent.objects.get(verb="release.promoted", target_id=str(second.pk))
    superseded = AuditEvent.objects.get(verb="release.superseded")
    assert (promoted.reason, str(promoted)) == ("Ready.", "Rita made Orders to CRM V2 live")
    assert promoted.correlation_id == superseded.correlation_id


# ---- marks, pauses, words ----


def test_a_deprecated_version_is_listed_but_not_selectable(rita, orders):
    old, live = a_version(orders), a_live_version(orders)
    services.deprecate(by=rita, release=old, reason="API ends in May")
    old.refresh_from_db()
    assert (old.state, old.mark, old.mark_by, old.mark_reason) == ("version", "deprecated", rita, "API ends in May")
    assert [selectors.verdict(one, Purpose.INSTALL).ok for one in (live, old)] == [True, False]
    with pytest.raises(Refused, match="is deprecated"):
        services.make_live(by=rita, release=old)


def test_taking_the_mark_off_shows_the_state_again(rita, orders):
    old = a_live_version(orders)
    a_live_version(orders)
    services.deprecate(by=rita, release=old, reason="old")
    services.undeprecate(by=rita, release=old)
    old.refresh_from_db()
    assert (old.state, old.mark, old.mark_reason, old.mark_by) == ("superseded", "none", "", None)


def test_live_is_not_deprecated_before_another_is_live(rita, orders):
    live = a_live_version(orders)
    with pytest.raises(Refused, match="Make another version live first"):
        services.deprecate(by=rita, release=live, reason="old")


def test_live_may_be_quarantined_at_once(rita, orders):
    live = a_live_version(orders)
    services.quarantine(by=rita, release=live, reason="It deletes orders")
    live.refresh_from_db()
    assert (live.state, live.mark) == (State.LIVE, Mark.QUARANTINED)
    services.unquarantine(by=rita, release=live, reason="Mended in the API")
    live.refresh_from_db()
    assert live.mark == Mark.NONE


@pytest.mark.parametrize("mark", [services.deprecate, services.quarantine])
def test_a_mark_says_why(rita, orders, mark):
    version = a_version(orders)
    with pytest.raises(Refused, match="Say why"):
        mark(by=rita, release=version, reason="  ")


def test_a_quarantined_version_is_not_copied(bea, rita, orders):
    version = a_version(orders)
    services.quarantine(by=rita, release=version, reason="harm")
    with pytest.raises(Refused, match="quarantined"):
        services.copy_release(by=bea, release=version)


def test_operators_pause_and_resume_a_release(otto, orders):
    version = a_live_version(orders)
    paused = services.pause_release(by=otto, release=version, reason="The shop is moving")
    assert paused.paused_at is not None
    with pytest.raises(Refused, match="V1 is paused already"):
        services.pause_release(by=otto, release=version)
    assert services.resume_release(by=otto, release=version).paused_at is None


def test_name_and_description_of_a_version_may_be_mended(bea, orders):
    version = a_version(orders, "frist")
    renamed = services.rename_release(by=bea, release=version, name="first", description="Mended.")
    assert (renamed.name, renamed.description, renamed.number) == ("first", "Mended.", 1)
    assert verbs_about(version) == ["release.created", "release.renamed"]


# ---- ways back and sideways ----


def kept_in(draft: Release) -> list[tuple[str, str]]:
    """What stays for good of a draft: names and texts of its named checkpoints."""
    named = draft.checkpoints.exclude(name="").select_related("snapshot").order_by("revision")
    return [(checkpoint.name, checkpoint.snapshot.text) for checkpoint in named]


def test_restoring_keeps_the_present_text_and_forward_works_again(bea, orders):
    first = a_version(orders, words="one")
    unfinished = save(the_draft(orders), text("unfinished"))
    draft = services.restore_version(by=bea, release=first)
    assert (draft.text, draft.base, kept_in(draft)) == (
        text("one"),
        first,
        [("Before restoring V1", text("unfinished"))],
    )
    before = draft.checkpoints.get(revision=unfinished.revision)
    forward = restore_checkpoint(by=bea, draft=draft, checkpoint=before, revision=draft.revision)
    assert (forward.text, the_draft(orders).text) == (text("unfinished"), text("unfinished"))


def test_restoring_names_nothing_that_a_version_holds(bea, orders):
    first = a_version(orders, words="one")
    a_version(orders, words="two")
    draft = services.restore_version(by=bea, release=first)
    assert (Release.objects.drafts().count(), kept_in(draft)) == (1, [])


def test_even_broken_text_is_kept_before_restoring(bea, orders):
    first = a_version(orders)
    save(the_draft(orders), "do: [")
    draft = services.restore_version(by=bea, release=first)
    assert kept_in(draft) == [("Before restoring V1", "do: [")]


def test_a_copy_is_another_draft_of_the_same_template(bea, orders):
    version = a_version(orders)
    copied = services.copy_release(by=bea, release=version)
    assert (copied.integration_template, copied.is_latest, copied.base, copied.text) == (
        orders,
        False,
        version,
        version.text,
    )


def test_a_copy_goes_to_another_template(bea, orders):
    other = a_template("Customers to contacts")
    version = a_version(orders)
    copied = services.copy_release(by=bea, release=version, to=other)
    assert (copied.integration_template, copied.is_latest, copied.base) == (other, False, None)


def test_a_copy_makes_a_new_template(bea, orders):
    version = a_version(orders)
    copied = services.copy_release(by=bea, release=version, new_template="Orders to ERP")
    made = IntegrationTemplate.objects.get(name="Orders to ERP")
    assert (copied.integration_template, copied.is_latest, made.created_by) == (made, True, bea)


def test_a_version_in_the_bin_comes_back(rita, orders):
    version = a_version(orders)
    services.bin_release(by=rita, release=version)
    assert selectors.newest_version(orders) is None
    services.restore_from_bin(by=rita, release=version)
    assert selectors.newest_version(orders) == version


def test_live_and_used_versions_stay_out_of_the_bin(rita, orders, monkeypatch):
    live = a_live_version(orders)
    with pytest.raises(Refused, match="is live"):
        services.bin_release(by=rita, release=live)
    used = a_version(orders)
    monkeypatch.setattr(users_of_releases, "_asks", [lambda _release: ["Northwind runs it in production."]])
    with pytest.raises(Refused, match="is in use") as refused:
        services.bin_release(by=rita, release=used)
    assert refused.value.problems == ("Northwind runs it in production.",)


def test_binning_the_latest_draft_makes_the_newest_other_one_the_latest(bea, orders, draft):
    other = services.copy_release(by=bea, release=draft)
    services.bin_release(by=bea, release=draft)
    assert the_draft(orders) == other


def test_a_template_without_any_draft_gets_one_by_copying(bea, orders, draft):
    version = a_version(orders)
    services.bin_release(by=bea, release=draft)
    assert services.copy_release(by=bea, release=version).is_latest


def test_only_drafts_in_the_bin_are_deleted_and_only_by_administrators(ada, bea, draft):
    with pytest.raises(Refused, match="Only drafts in the bin"):
        services.delete_draft(by=ada, draft=draft)
    services.bin_release(by=bea, release=draft)
    with pytest.raises(Forbidden):
        services.delete_draft(by=bea, draft=draft)
    services.delete_draft(by=ada, draft=draft)
    assert not Release.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize("role", list(Role))
def test_who_may_promote_is_written_in_the_roles(role, orders, rita):
    version = a_version(orders)
    rita.role = role
    if role in (Role.RELEASE_MANAGER, Role.ADMIN):
        assert services.make_live(by=rita, release=version).is_live
    else:
        with pytest.raises(Forbidden):
            services.make_live(by=rita, release=version)
