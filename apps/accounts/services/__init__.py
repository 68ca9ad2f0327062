"""People and customers come and change here."""

from apps.accounts.services.customers import add_customer, rename_customer
from apps.accounts.services.passwords import choose_password, person_of_link, reset_password
from apps.accounts.services.people import add_person, change_person, disable_person, enable_person
from apps.accounts.services.sign_ins import SIGN_INS, record_sign_in, record_sign_out

__all__ = [
    "SIGN_INS",
    "add_customer",
    "add_person",
    "change_person",
    "choose_password",
    "disable_person",
    "enable_person",
    "person_of_link",
    "record_sign_in",
    "record_sign_out",
    "rename_customer",
    "reset_password",
]
