"""Pages about people and customers, by noun."""

from apps.accounts.views.customers import (
    customer_add_person,
    customer_create,
    customer_detail,
    customer_list,
    customer_rename,
)
from apps.accounts.views.passwords import choose_password, person_link
from apps.accounts.views.people import (
    person_create,
    person_detail,
    person_disable,
    person_edit,
    person_enable,
    person_list,
)
from apps.accounts.views.signing_in import demo_login, locked_out, login, logout

__all__ = [
    "choose_password",
    "customer_add_person",
    "customer_create",
    "customer_detail",
    "customer_list",
    "customer_rename",
    "demo_login",
    "locked_out",
    "login",
    "logout",
    "person_create",
    "person_detail",
    "person_disable",
    "person_edit",
    "person_enable",
    "person_link",
    "person_list",
]
