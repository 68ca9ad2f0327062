"""Demo CRM: contacts and deals behind OAuth 2, with failures on demand.

What an e-mail address ends with decides how writing that contact goes: ``@rate-limited.example`` is refused with 429
and Retry-After at first and taken afterwards, ``@broken.example`` always ends in 500, ``@slow.example`` is taken but
answered only after some seconds.
"""

import time
from datetime import timedelta

from apps.core import clock
from apps.demo import oauth
from apps.demo.api import Answer, Api, Call, Problem, found
from apps.demo.store import Document, Store, stamp

CONTACT, DEAL, THROTTLE = "crm.contact", "crm.deal", "crm.throttle"
THROTTLED_FOR = timedelta(minutes=10)
SLOW_SECONDS = 4
CONTACT_DEFAULTS: Document = {
    "first_name": "",
    "last_name": "",
    "company": None,
    "phone": None,
    "tags": [],
    "lifecycle": "lead",
    "source": None,
}
DEAL_DEFAULTS: Document = {"currency": "EUR", "stage": "open", "external_reference": None}


def list_contacts(call: Call) -> Answer:
    """Contacts, oldest first; by e-mail there is one or none."""
    email = call.query["email"]
    items = call.store.find(CONTACT, limit=call.query["limit"], email=email.lower() if email else None)
    return Answer({"items": items})


def get_contact(call: Call) -> Answer:
    """One contact."""
    contact_id = call.where["contact_id"]
    return Answer(found(call.store.get(CONTACT, contact_id), f"contact {contact_id}"))


def create_contact(call: Call) -> Answer:
    """Add a contact; its address must be new."""
    email = call.body["email"].lower()
    _misbehave(call.store, email)
    if existing := _by_email(call.store, email):
        raise Problem(409, "Conflict", f"{email} is already contact {existing['id']}.")
    return _saved(call.store, {**call.body, "email": email}, 201)


def upsert_contact(call: Call) -> Answer:
    """Make the contact with this address have these values; fields that are left out keep theirs."""
    email = call.where["email"].lower()
    _misbehave(call.store, email)
    existing = _by_email(call.store, email)
    return _saved(call.store, {**(existing or {}), **call.body, "email": email}, 200 if existing else 201)


def create_deal(call: Call) -> Answer:
    """Add a deal to a contact."""
    contact_id = call.body["contact_id"]
    if call.store.get(CONTACT, contact_id) is None:
        errors = [{"field": "contact_id", "message": f"{contact_id!r} does not exist"}]
        raise Problem(422, "Invalid content", "A deal belongs to a contact that exists.", errors=errors)
    return Answer(call.store.put(DEAL, deal(call.store, call.body)), 201)


def list_deals(call: Call) -> Answer:
    """Deals, oldest first."""
    filters = {name: call.query[name] for name in ("contact_id", "stage", "external_reference")}
    return Answer({"items": call.store.find(DEAL, limit=call.query["limit"], **filters)})


def slow_report(call: Call) -> Answer:
    """Add up the pipeline, taking as many seconds as asked: something to watch, and to time out on."""
    seconds = call.query["seconds"]
    # Being slow is what this operation is for; no event is waited for.
    time.sleep(seconds)
    deals = call.store.find(DEAL)
    amounts = {
        f"{stage}_cents": sum(deal["amount_cents"] for deal in deals if deal["stage"] == stage)
        for stage in ("open", "won")
    }
    counts = {"contacts": call.store.count(CONTACT), "deals": len(deals)}
    return Answer({**counts, **amounts, "took_seconds": seconds, "generated_at": stamp()})


def contact(store: Store, values: Document, at: str | None = None) -> Document:
    """Write a contact as the API shows it, keeping id and creation of one that exists."""
    at = at or stamp()
    fresh = {"id": f"con_{501 + store.count(CONTACT)}", "created_at": at}
    return {**fresh, **CONTACT_DEFAULTS, **values, "updated_at": at}


def deal(store: Store, values: Document, at: str | None = None) -> Document:
    """Write a new deal as the API shows it."""
    fresh = {"id": f"deal_{701 + store.count(DEAL)}", "created_at": at or stamp()}
    return {**fresh, **DEAL_DEFAULTS, **values}


def _saved(store: Store, values: Document, status: int) -> Answer:
    delay = SLOW_SECONDS if values["email"].endswith("@slow.example") else 0
    return Answer(store.put(CONTACT, contact(store, values)), status, delay_seconds=delay)


def _by_email(store: Store, email: str) -> Document | None:
    return next(iter(store.find(CONTACT, limit=1, email=email)), None)


def _misbehave(store: Store, email: str) -> None:
    domain = email.rpartition("@")[2]
    if domain == "broken.example":
        raise Problem(500, "Internal error", "The CRM could not save this contact.")
    if domain == "rate-limited.example" and _first_in_a_while(store, email):
        raise Problem(429, "Too many requests", "Slow down and try again.", headers={"Retry-After": "1"})


def _first_in_a_while(store: Store, subject: str) -> bool:
    seen = store.get(THROTTLE, subject)
    store.put(THROTTLE, {"id": subject, "created_at": stamp()})
    return seen is None or seen["created_at"] < stamp(clock.now() - THROTTLED_FOR)


API = Api(
    product="crm",
    document="crm",
    authorise=oauth.authorise,
    handlers={
        "listContacts": list_contacts,
        "getContact": get_contact,
        "createContact": create_contact,
        "upsertContact": upsert_contact,
        "createDeal": create_deal,
        "listDeals": list_deals,
        "slowReport": slow_report,
    },
)
