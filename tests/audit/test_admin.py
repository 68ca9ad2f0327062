"""Support staff look everything up in Django admin and change nothing there."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from simple_history.models import DeletedObject, ModelChange, registered_models

from apps.accounts.models import Customer, User
from apps.accounts.services import add_customer
from apps.audit.admin import PlainChanges, TrackedAdmin
from apps.audit.operations import operation

type Login = Callable[[User], Client]

ADMINS = list(admin.site._registry.items())


def test_every_tracked_model_is_in_admin_with_its_history() -> None:
    tracked = set(registered_models.values())

    assert {model for model, model_admin in ADMINS if isinstance(model_admin, TrackedAdmin)} == tracked


@pytest.mark.parametrize(("model", "model_admin"), ADMINS, ids=lambda value: getattr(value, "__name__", ""))
def test_lists_open_and_nothing_can_be_added(
    model: type[Model], model_admin: "ModelAdmin[Model]", sam: User, login: Login
) -> None:
    base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    client = login(sam)

    assert client.get(reverse(f"{base}_changelist"), {"q": "x"}).status_code == 200
    assert client.get(reverse(f"{base}_add")).status_code == 403


def test_history_shows_who_changed_what_before_and_after(ada: User, sam: User, login: Login) -> None:
    customer = add_customer(by=ada, name="Fabrikam")
    with operation("customer.added", by=ada, reason="They merged") as op:
        customer.name = "Fabrikam Ltd"
        customer.save(update_fields=["name"])
        op.about(customer)

    page = login(sam).get(reverse("admin:accounts_customer_history", args=[customer.pk])).content.decode()
    assert "<strong>Name:</strong> Fabrikam &rarr; Fabrikam Ltd" in page
    assert "They merged" in page
    assert "<td>Ada</td>" in page


def test_history_says_in_words_that_nothing_was_set() -> None:
    change = ModelChange("customer", DeletedObject(Customer, None), "Fabrikam")

    shown = PlainChanges(User, User.history.model()).format_delta_change(change)
    assert (shown.field, shown.old, shown.new) == ("Customer", "not set", "Fabrikam")


def test_history_cannot_be_reverted_even_by_hand(ada: User, login: Login) -> None:
    customer = add_customer(by=ada, name="Fabrikam")
    url = reverse("admin:accounts_customer_simple_history", args=[customer.pk, customer.history.get().pk])
    client = login(ada)

    assert "Revert" not in client.get(url).content.decode()
    assert client.post(url, {"name": "Changed", "slug": "changed"}).status_code == 403
    assert Customer.objects.get(pk=customer.pk).name == "Fabrikam"


def test_passwords_are_not_shown(ada: User, sam: User, login: Login) -> None:
    page = login(sam).get(reverse("admin:accounts_user_change", args=[ada.pk])).content.decode()

    assert ada.password not in page
    assert "password" not in page.lower()
