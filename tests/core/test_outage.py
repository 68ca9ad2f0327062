"""A database that cannot answer is said to be busy, with a way to try again; a fault of ours is not."""

import pytest
from django.db import OperationalError, ProgrammingError, connection
from django.test import Client
from django.urls import reverse

from apps.core.outage import is_outage

PAGE = "releases:template_list"


def failing(error):
    """Let the database answer nothing but this."""

    def refuse(*_):
        raise error

    return connection.execute_wrapper(refuse)


@pytest.fixture
def browser(bea):
    """Bea's, which shows error pages as a real one does."""
    browser = Client(raise_request_exception=False)
    browser.force_login(bea)
    return browser


LOCKED = OperationalError("database is locked")


def test_a_page_of_a_locked_database_is_a_503_that_can_be_tried_again(browser):
    with failing(LOCKED):
        answer = browser.get(reverse(PAGE), {"q": "a<b"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "The database is busy" in answer.content.decode()
    assert f'href="{reverse(PAGE)}?q=a%3Cb">Try again' in answer.content.decode()
    assert browser.get(reverse(PAGE)).status_code == 200


def test_a_form_that_was_not_saved_says_so_and_is_not_sent_again_by_a_link(browser):
    with failing(LOCKED):
        answer = browser.post(reverse("releases:template_create"), {"name": "Orders"})
    assert answer.status_code == 503
    assert "What you did just now was not saved" in answer.content.decode()
    assert "Try again</a>" not in answer.content.decode()


def test_a_fault_of_ours_stays_a_500(browser):
    with failing(ProgrammingError("no such thing")):
        answer = browser.get(reverse(PAGE))
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.content.decode()


@pytest.mark.parametrize(
    ("words", "passes"),
    [
        ("database is locked", True),
        ("database table is locked: releases_release", True),
        ("database or disk is full", True),
        ("attempt to write a readonly database", True),
        ("no such column: releases_release.colour", False),
        ('near "FORM": syntax error', False),
    ],
)
def test_sqlite_calls_everything_operational_and_we_do_not(db, words, passes):
    if connection.vendor != "sqlite":
        pytest.skip("The words are those of SQLite.")
    assert is_outage(OperationalError(words)) is passes


def test_no_error_is_no_outage(db):
    assert not is_outage(None)
    assert not is_outage(ValueError("locked"))
