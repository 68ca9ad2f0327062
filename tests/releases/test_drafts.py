"""Drafts as working copies: saved while somebody types, begun beside others, discarded, put away."""

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.errors import Forbidden, Refused
from apps.core.htmx import events_of
from apps.releases import reading, selectors, services
from apps.releases.models import Checkpoint, Release
from apps.releases.services import StaleDraft
from apps.releases.services.checkpoints import name_checkpoint, redo_edit, undo_edit
from apps.releases.services.drafts import begin_draft, discard_changes, edit_draft
from apps.releases.services.texts import MOST_PASSING
from tests.factories.releases import SETUP, a_version, text, the_draft
from tests.releases.test_views import at, seen, within

LONG_AFTER = timedelta(minutes=6)


def typing(draft: Release, words: str, *, by) -> Release:
    return services.save_draft(by=by, draft=draft, text=text(words), revision=draft.revision, autosave=True)


def shown(draft: Release) -> list[tuple[int, str]]:
    """The checkpoints that people see, newest first."""
    return list(selectors.checkpoints_of(draft).values_list("revision", "did"))


def events_about(draft: Release) -> list[str]:
    events = AuditEvent.objects.filter(target_type="releases.release", target_id=str(draft.pk)).order_by("pk")
    return list(events.values_list("verb", flat=True))


# ---- typing ----


def test_what_one_person_types_within_five_minutes_is_one_checkpoint_and_one_event(bea, draft):
    for words in ("one", "two", "three"):
        draft = typing(draft, words, by=bea)
    assert (draft.revision, Release.objects.get(pk=draft.pk).text) == (4, text("three"))
    assert shown(draft) == [(4, "Typed in the source"), (1, "Began")]
    assert events_about(draft) == ["draft.saved"]


def test_undo_takes_all_that_was_typed_at_once_and_redo_brings_it_back(bea, draft):
    for words in ("one", "two"):
        draft = typing(draft, words, by=bea)
    undone = undo_edit(by=bea, draft=draft, revision=draft.revision)
    assert undone.text == text()
    assert redo_edit(by=bea, draft=undone, revision=undone.revision).text == text("two")


def test_after_five_minutes_or_by_somebody_else_typing_is_another_edit(bea, rita, draft):
    draft = typing(draft, "bea", by=bea)
    draft = typing(draft, "rita", by=rita)
    with time_machine.travel(clock.now() + LONG_AFTER):
        draft = typing(draft, "rita, later", by=rita)
    assert [revision for revision, _ in shown(draft)] == [4, 3, 2, 1]
    assert events_about(draft) == ["draft.saved"] * 3


def test_five_minutes_count_from_the_first_letter(bea, draft):
    start = clock.now()
    for minutes in (0, 2, 4, 6):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            draft = typing(draft, f"after {minutes}", by=bea)
    assert [revision for revision, _ in shown(draft)] == [5, 4, 1]


def test_a_checkpoint_with_a_name_is_not_typed_over(bea, draft):
    draft = typing(draft, "good", by=bea)
    name_checkpoint(by=bea, checkpoint=draft.checkpoints.get(revision=draft.revision), name="Good")
    draft = typing(draft, "more", by=bea)
    assert draft.checkpoints.get(name="Good").snapshot.text == text("good")
    assert [revision for revision, _ in shown(draft)] == [3, 2, 1]


def test_a_page_from_the_middle_of_the_typing_still_merges_by_its_base(bea, rita, draft):
    middle = typing(draft, "one", by=bea)
    typing(middle, "two", by=bea)
    with pytest.raises(StaleDraft) as stale:
        typing(middle, "rita", by=rita)
    assert (stale.value.base, stale.value.saved.text, stale.value.revision) == (text("one"), text("two"), 2)


def test_moments_of_typing_are_forgotten_after_an_hour(bea, draft):
    for words in ("one", "two"):
        draft = typing(draft, words, by=bea)
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        typing(draft, "three", by=bea)
    assert sorted(Checkpoint.objects.filter(draft=draft).values_list("revision", flat=True)) == [1, 3, 4]


def test_moments_of_typing_are_never_more_than_somebody_can_type(bea, draft):
    draft.revision += MOST_PASSING + 50
    draft.save_without_historical_record(update_fields=["revision"])
    many = [
        Checkpoint(draft=draft, revision=number, snapshot=draft.snapshot, made_by=bea, made_at=clock.now())
        for number in range(2, draft.revision + 1)
    ]
    Checkpoint.objects.bulk_create(many)
    services.save_draft(by=bea, draft=draft, text=text("one"), revision=draft.revision)
    assert Checkpoint.objects.filter(draft=draft, did="").count() == MOST_PASSING - 1


def test_an_unreadable_text_is_kept_while_it_is_typed(bea, draft):
    saved = services.save_draft(by=bea, draft=draft, text="do: [", revision=draft.revision, autosave=True)
    assert (Release.objects.get(pk=draft.pk).text, saved.digest) == ("do: [", "")


def test_a_text_that_no_child_could_read_is_never_read_by_the_web_process(login, bea, draft):
    saved = services.save_draft(by=bea, draft=draft, text="do: [", revision=1)
    before = reading.accepted.cache_info()
    with pytest.raises(Refused, match="cannot be read like this"):
        edit_draft(by=bea, draft=saved, revision=2, edit=lambda definition: definition.text, did="Edited")
    client = login(bea)
    for page in ("builder_step_save", "readme_save"):
        assert client.post(f"{at(draft, page)}?at=/do/0/greet", {"revision": "2"}).status_code == 422
    assert reading.accepted.cache_info() == before


def test_saving_what_is_saved_already_changes_nothing(bea, draft):
    typed = typing(draft, "same", by=bea)
    again = services.save_draft(by=bea, draft=typed, text=text("same"), revision=typed.revision)
    assert (again.revision, events_about(draft)) == (2, ["draft.saved"])


def test_a_form_edit_of_a_page_that_is_a_moment_old_is_a_conflict_with_its_whole_text(bea, rita, draft):
    typing(draft, "typed", by=bea)
    with pytest.raises(StaleDraft) as stale:
        edit_draft(by=rita, draft=draft, revision=1, edit=lambda found: f"{found.text}# end\n", did="Ended it")
    assert (stale.value.typed, stale.value.base) == (f"{text()}# end\n", text())


def test_viewers_type_nothing(vera, bea, draft):
    with pytest.raises(Forbidden):
        typing(draft, "mine", by=vera)
    draft = typing(draft, "one", by=bea)
    with pytest.raises(Forbidden):
        typing(draft, "mine", by=vera)


# ---- typing, as a page does it ----


def autosaved(client, draft: Release, words: str, revision: int):
    answer = client.post(at(draft, "draft_autosave"), {"text": text(words), "revision": revision})
    return answer.status_code, json.loads(answer.content)


def test_the_page_learns_the_new_revision(login, bea, draft):
    client = login(bea)
    assert autosaved(client, draft, "one", 1) == (200, {"revision": 2})
    assert autosaved(client, draft, "two", 2) == (200, {"revision": 3})


def test_the_page_learns_that_somebody_was_quicker(login, bea, rita, draft):
    typing(draft, "rita", by=rita)
    assert autosaved(login(bea), draft, "bea", 1) == (
        409,
        {"message": "Rita saved a newer text meanwhile.", "newer": 2},
    )


def test_the_page_learns_why_a_text_was_not_kept(login, bea, draft):
    services.bin_release(by=bea, release=draft)
    assert autosaved(login(bea), draft, "late", 1) == (422, {"message": "This draft is in the bin. Take it out first."})
    status, facts = autosaved(login(bea), draft, "late", "")
    assert (status, facts["message"] != "") == (422, True)


def test_strangers_and_viewers_save_nothing(login, mallory, vera, draft):
    data = {"text": text("mine"), "revision": 1}
    assert login(mallory).post(at(draft, "draft_autosave"), data).status_code == 404
    assert login(vera).post(at(draft, "draft_autosave"), data).status_code == 403
    assert Release.objects.get(pk=draft.pk).text == text()


def test_saving_by_hand_tells_the_page_the_revision(login, bea, draft):
    answer = login(bea).post(
        at(draft, "draft_save"), {"text": text("typed"), "revision": 1}, headers=within("findings")
    )
    assert events_of(answer)["draft-edited"] == {"revision": 2, "from": "source"}


# ---- the source tab ----


def test_a_line_of_a_version_is_marked(login, vera, orders):
    page = login(vera).get(at(a_version(orders), "builder_source"), {"line": "3"}).content.decode()
    assert 'class="code-line is-marked" data-number="3"' in page
    assert 'class="hl-key"' in page


@pytest.mark.parametrize("line", ["", "0", "99999999999999", "three"])
def test_a_line_that_does_not_exist_harms_nothing(login, bea, draft, line):
    assert login(bea).get(at(draft, "builder_source"), {"line": line}).status_code == 200


def test_a_finding_leads_to_its_line_and_to_its_step(login, bea, draft):
    typed = text().replace("words: hello", "words: ${ .x ")
    page = login(bea).post(at(draft, "draft_check"), {"text": typed, "revision": 1}, headers=within("findings"))
    builder = draft.get_absolute_url()
    assert f'href="{builder}?at=/do/0/greet"' in page.content.decode()
    assert f'href="{builder}source/?line=' in page.content.decode()


# ---- two people ----


def stale_save(client, draft: Release, typed: str):
    """What somebody sees who saves a text that began from the first revision."""
    return client.post(at(draft, "draft_save"), {"text": typed, "revision": 1})


def test_changes_that_fit_together_are_proposed_as_one_text(login, bea, rita, draft):
    theirs = text().replace("title: Greeting", "title: Their title")
    services.save_draft(by=rita, draft=draft, text=theirs, revision=1)
    client = login(bea)
    answer = stale_save(client, draft, text("mine"))
    page = answer.content.decode()
    assert (answer.status_code, "Save the merge" in page, "fit together" in page) == (409, True, True)
    merged = text("mine").replace("title: Greeting", "title: Their title")
    assert answer.context["form"]["text"].value() == merged
    client.post(at(draft, "draft_save"), {"text": merged, "revision": 2, "merged": "1"})
    assert Release.objects.get(pk=draft.pk).text == merged
    assert shown(draft)[0] == (3, "Merged two texts")


def test_changes_of_the_same_line_are_chosen(login, bea, rita, draft):
    services.save_draft(by=rita, draft=draft, text=text("theirs"), revision=1)
    client = login(bea)
    page = stale_save(client, draft, text("mine")).content.decode()
    assert ("both of you changed this" in page, "Save what stands here" in page) == (True, True)
    data = {"typed": text("mine").replace("\n", "\r\n"), "base_revision": 1, "revision": 2, "choice-0": "theirs"}
    for headers in ({}, within("merge-result")):
        answer = client.post(at(draft, "draft_merge"), data, headers=headers)
        assert (answer.status_code, answer.context["form"]["text"].value()) == (200, text("theirs"))
        assert (b"<html" in answer.content) == (not headers)
    assert Release.objects.get(pk=draft.pk).text == text("theirs")


def test_whoever_chooses_while_somebody_saves_once_more_chooses_anew(login, bea, rita, draft):
    once = services.save_draft(by=rita, draft=draft, text=text("theirs"), revision=1)
    services.save_draft(by=rita, draft=once, text=text("theirs again"), revision=2)
    data = {"typed": text("mine"), "base_revision": 1, "revision": 2, "choice-0": "theirs"}
    answer = login(bea).post(at(draft, "draft_merge"), data, headers=within("merge-result"))
    assert (b"Saved once more" in answer.content, answer["HX-Retarget"]) == (True, "#main")
    assert answer.context["form"]["text"].value() == text("mine")


def test_where_the_base_is_forgotten_both_texts_are_shown(login, bea, rita, draft):
    services.save_draft(by=rita, draft=draft, text=text("theirs"), revision=1)
    Checkpoint.objects.filter(draft=draft, revision=1).delete()
    answer = stale_save(login(bea), draft, text("mine"))
    assert (answer.status_code, answer.context["merge"]) == (409, None)
    assert answer.context["form"]["text"].value() == text("mine")


@pytest.mark.parametrize("change", [{"revision": ""}, {"base_revision": "x"}])
def test_a_merge_that_does_not_say_what_is_refused(login, bea, draft, change):
    data = {"typed": "x", "base_revision": 1, "revision": 1} | change
    assert login(bea).post(at(draft, "draft_merge"), data).status_code == 422


def test_viewers_merge_nothing_and_strangers_find_nothing(login, vera, mallory, draft):
    data = {"typed": "x", "base_revision": 1, "revision": 1}
    assert login(vera).post(at(draft, "draft_merge"), data).status_code == 403
    assert login(mallory).post(at(draft, "draft_merge"), data).status_code == 404


# ---- another draft ----


def test_another_draft_begins_from_the_newest_version(bea, orders):
    version = a_version(orders, words="one")
    draft = begin_draft(by=bea, integration_template=orders, base=version, name="Try it")
    assert (draft.text, draft.base, draft.title, draft.is_latest) == (text("one"), version, "Draft “Try it”", False)
    assert the_draft(orders) != draft


def test_a_draft_that_is_begun_by_hand_keeps_its_name(bea, orders, draft):
    services.bin_release(by=bea, release=draft)
    begun = begin_draft(by=bea, integration_template=orders, text=text("new"), name="Anew")
    assert (begun.is_latest, begun.name) == (True, "Anew")


def test_beginning_a_draft_asks_for_what(login, bea, orders):
    a_version(orders, words="one")
    url = reverse("releases:draft_create", args=[orders.slug])
    client = login(bea)
    assert client.post(url, {"name": "x"}, headers=within("dialog")).status_code == 422
    answer = client.post(url, {"begin": "version", "name": "Try it"}, headers=within("dialog"))
    begun = Release.objects.get(name="Try it")
    assert urlsplit(answer["HX-Redirect"]).path == begun.get_absolute_url()
    client.post(url, {"begin": "empty", "name": "Empty"})
    assert "do:" in Release.objects.get(name="Empty").text


def test_without_a_version_only_an_empty_draft_can_begin(login, bea, orders):
    url = reverse("releases:draft_create", args=[orders.slug])
    assert b"The newest version" not in login(bea).get(url).content
    assert login(bea).post(url, {"begin": "version"}).status_code == 422


def test_viewers_begin_no_draft_and_strangers_find_none(login, vera, mallory, orders):
    url = reverse("releases:draft_create", args=[orders.slug])
    assert (login(vera).get(url).status_code, login(mallory).get(url).status_code) == (403, 404)


# ---- discarding ----


def test_discarding_puts_the_text_of_the_base_back_and_undo_returns(bea, orders):
    a_version(orders, words="one")
    changed = services.save_draft(by=bea, draft=the_draft(orders), text=text("two"), revision=2)
    discarded = discard_changes(by=bea, draft=changed)
    assert (discarded.text, events_about(discarded)[-1]) == (text("one"), "draft.discarded")
    assert undo_edit(by=bea, draft=discarded, revision=discarded.revision).text == text("two")


def test_there_must_be_something_to_discard_and_something_to_go_back_to(bea, orders, draft):
    with pytest.raises(Refused, match="did not begin from a version"):
        discard_changes(by=bea, draft=draft)
    a_version(orders)
    with pytest.raises(Refused, match="nothing to discard"):
        discard_changes(by=bea, draft=the_draft(orders))


def test_discarding_offers_to_undo(login, bea, orders):
    a_version(orders, words="one")
    changed = services.save_draft(by=SETUP, draft=the_draft(orders), text=text("two"), revision=2)
    client = login(bea)
    assert b"Undo brings it back" in client.get(at(changed, "draft_discard"), headers=within("dialog")).content
    answer = client.post(at(changed, "draft_discard"), {"seen": seen(changed)}, headers=within("dialog"))
    page = client.get(urlsplit(answer["HX-Redirect"]).path).content.decode()
    undo = f"{at(changed, 'draft_take_back')}?revision=4"
    assert f'action="{undo}"' in page
    assert client.post(undo).status_code == 303
    assert Release.objects.get(pk=changed.pk).text == text("two")
    assert client.post(undo).status_code == 409


def test_a_stale_discard_is_a_conflict(login, bea, orders):
    a_version(orders, words="one")
    draft = the_draft(orders)
    stale = seen(draft)
    services.save_draft(by=SETUP, draft=draft, text=text("two"), revision=draft.revision)
    assert login(bea).post(at(draft, "draft_discard"), {"seen": stale}).status_code == 409
    assert Release.objects.get(pk=draft.pk).text == text("two")


# ---- the bin ----


@pytest.mark.parametrize("is_latest", [True, False])
def test_moving_a_draft_to_the_bin_offers_to_undo(login, bea, orders, draft, is_latest):
    other = begin_draft(by=bea, integration_template=orders, text=text("other"))
    put_away = draft if is_latest else other
    client = login(bea)
    answer = client.post(at(put_away, "release_bin"), {"seen": seen(put_away)}, headers=within("dialog"))
    (toast,) = events_of(answer)["toasts"]["toasts"]
    assert (Release.objects.get(pk=put_away.pk).binned_at is None, "undo" in toast) == (False, True)
    client.post(toast["undo"])
    put_away.refresh_from_db()
    assert (put_away.binned_at, the_draft(orders)) == (None, draft)


def test_a_version_that_comes_back_is_never_the_latest_draft(login, rita, orders, draft):
    version = services.bin_release(by=rita, release=a_version(orders))
    login(rita).post(f"{at(version, 'draft_unbin')}?latest=1")
    assert Release.objects.get(pk=version.pk).binned_at is None
    assert selectors.latest_draft(orders) == draft


def test_get_takes_nothing_back(login, bea, draft):
    for name in ("draft_take_back", "draft_unbin", "draft_autosave", "draft_merge", "presence"):
        assert login(bea).get(at(draft, name)).status_code == 405
