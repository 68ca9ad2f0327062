"""Checkpoints: everything that a draft has held can be looked at, named, and put back; forward again always works."""

import pytest
from django.urls import reverse

from apps.core.errors import Conflict, Refused
from apps.releases import services
from apps.releases.models import Checkpoint, Release
from apps.releases.services.checkpoints import name_checkpoint, restore_checkpoint, undo_edit
from tests.factories.releases import SETUP, a_version, text, the_draft
from tests.releases.test_views import at, within


def saved(draft: Release, *words: str) -> Release:
    for each in words:
        draft = services.save_draft(by=SETUP, draft=draft, text=text(each), revision=draft.revision)
    return draft


def checkpoint(draft: Release, revision: int) -> Checkpoint:
    return draft.checkpoints.select_related("snapshot", "draft__integration_template").get(revision=revision)


def page_of(draft: Release, name: str, revision: int) -> str:
    return reverse(f"releases:checkpoint_{name}", args=[draft.integration_template.slug, draft.pk, revision])


def test_v8_putting_a_checkpoint_back_leads_forward_again(bea, draft):
    draft = saved(draft, "one", "two")
    back = restore_checkpoint(by=bea, draft=draft, checkpoint=checkpoint(draft, 2), revision=3)
    assert (back.text, back.revision) == (text("one"), 4)
    forward = restore_checkpoint(by=bea, draft=back, checkpoint=checkpoint(draft, 3), revision=4)
    assert forward.text == text("two")
    assert undo_edit(by=bea, draft=forward, revision=5).text == text("one")


def test_putting_back_over_somebody_elses_text_is_a_conflict(bea, draft):
    draft = saved(draft, "one", "two")
    with pytest.raises(Conflict, match="Somebody saved this draft meanwhile"):
        restore_checkpoint(by=bea, draft=draft, checkpoint=checkpoint(draft, 2), revision=2)
    with pytest.raises(Refused, match="holds just this text already"):
        restore_checkpoint(by=bea, draft=draft, checkpoint=checkpoint(draft, 3), revision=3)


def test_a_version_has_no_checkpoints(login, vera, orders):
    assert login(vera).get(at(a_version(orders), "builder_checkpoints")).status_code == 404


def test_the_drawer_lists_what_was_done_by_whom(login, vera, bea, draft):
    services.save_draft(by=bea, draft=draft, text=text("one"), revision=1)
    page = login(vera).get(at(draft, "builder_checkpoints"), headers=within("drawer")).content.decode()
    assert ("Edited the source" in page, "Began" in page, "Bea" in page, "<html" in page) == (True, True, True, False)
    assert "Your role does not let you edit drafts" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(login, vera, draft, django_assert_num_queries, count):
    saved(draft, *map(str, range(count)))
    client = login(vera)
    with django_assert_num_queries(4):
        client.get(at(draft, "builder_checkpoints"))


def test_long_lists_go_on_where_they_ended(login, vera, draft):
    saved(draft, *map(str, range(24)))
    client = login(vera)
    first = client.get(at(draft, "builder_checkpoints"), headers=within("drawer")).content.decode()
    assert (first.count('id="checkpoint-'), "?before=6" in first) == (20 + 1, True)
    rest = client.get(at(draft, "builder_checkpoints"), {"before": "6"}, headers=within("checkpoints-more"))
    assert rest.content.decode().count('class="checkpoint"') == 5


def test_named_ones_can_be_shown_alone(login, bea, draft):
    draft = saved(draft, "one", "two")
    name_checkpoint(by=bea, checkpoint=checkpoint(draft, 2), name="Before the large change")
    page = login(bea).get(at(draft, "builder_checkpoints"), {"named": "1"}, headers=within("drawer")).content.decode()
    assert ("Before the large change" in page, page.count('<li class="checkpoint')) == (True, 1)


def test_naming_keeps_and_an_empty_name_lets_go(login, bea, draft):
    draft = saved(draft, "one")
    client = login(bea)
    url = page_of(draft, "name", 1)
    assert client.get(url, headers=within("dialog")).status_code == 200
    assert client.post(url, {"name": "Start"}, headers=within("dialog")).status_code == 204
    assert checkpoint(draft, 1).name == "Start"
    client.post(url, {"name": " "})
    assert checkpoint(draft, 1).name == ""
    assert client.post(url, {"name": "x" * 81}, headers=within("dialog")).status_code == 422


def test_a_checkpoint_shows_its_text_and_what_differs_from_now(login, vera, draft):
    draft = saved(draft, "one", "two")
    page = login(vera).get(page_of(draft, "detail", 2)).content.decode()
    assert ("What differs" in page, 'class="is-changed"' in page) == (True, True)
    assert "What differs" not in login(vera).get(page_of(draft, "detail", 3)).content.decode()
    assert login(vera).get(page_of(draft, "detail", 99)).status_code == 404


def test_putting_back_offers_to_undo(login, bea, draft):
    draft = saved(draft, "one", "two")
    client = login(bea)
    answer = client.post(page_of(draft, "restore", 2), {"revision": 3})
    assert (answer.status_code, answer["Location"]) == (303, draft.get_absolute_url())
    assert f'action="{at(draft, "draft_take_back")}?revision=4"' in client.get(answer["Location"]).content.decode()
    assert Release.objects.get(pk=draft.pk).text == text("one")


def test_putting_back_leads_to_the_page_that_the_drawer_was_opened_from(login, bea, draft):
    draft, source = saved(draft, "one", "two"), at(draft, "builder_source")
    client, from_source = login(bea), within("drawer") | {"HX-Current-URL": f"http://testserver{source}"}
    drawer = client.get(at(draft, "builder_checkpoints"), headers=from_source).content.decode()
    assert f'name="back" value="{source}"' in drawer
    assert client.post(page_of(draft, "restore", 2), {"revision": 3, "back": source})["Location"] == source
    elsewhere = client.post(page_of(draft, "restore", 3), {"revision": 4, "back": "https://example.com/"})
    assert elsewhere["Location"] == draft.get_absolute_url()


def test_a_stale_page_puts_nothing_back(login, bea, draft):
    draft = saved(draft, "one", "two")
    client = login(bea)
    assert client.post(page_of(draft, "restore", 2), {"revision": 2}).status_code == 409
    assert client.post(page_of(draft, "restore", 2), {"revision": ""}).status_code == 422
    assert Release.objects.get(pk=draft.pk).text == text("two")


def test_viewers_look_and_change_nothing_and_strangers_find_nothing(login, vera, mallory, draft):
    saved(draft, "one")
    assert login(vera).post(page_of(draft, "restore", 1), {"revision": 2}).status_code == 403
    assert login(vera).post(page_of(draft, "name", 1), {"name": "x"}).status_code == 403
    assert login(mallory).get(at(draft, "builder_checkpoints")).status_code == 404
    assert login(mallory).get(page_of(draft, "detail", 1)).status_code == 404


def test_v7_restoring_a_version_keeps_the_text_before_for_good(login, bea, orders):
    version = a_version(orders, words="one")
    draft = saved(the_draft(orders), "unfinished")
    services.restore_version(by=bea, release=version)
    page = login(bea).get(at(draft, "builder_checkpoints"), {"named": "1"}).content.decode()
    assert "Before restoring V1" in page
