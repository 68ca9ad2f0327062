"""Plays the demo company's story, once, from its first day to this morning."""

import time
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from apps.connectors.models import ConnectorVersion
from apps.core import clock
from apps.core.errors import Refused
from apps.demo.company import (
    connecting,
    house,
    key_accounts,
    listing,
    low_stock_alert,
    new_customers,
    orders_to_crm,
    running,
    weekly_sales_report,
)
from apps.demo.company.calendar import Scene
from apps.demo.company.stage import SHOP, Stage
from apps.infra.egress import Allowance, EgressError, OutRequest, Policy, send_now

CHAPTERS = (
    house,
    connecting,
    orders_to_crm,
    weekly_sales_report,
    low_stock_alert,
    key_accounts,
    new_customers,
    listing,
)
PATIENCE_S = 20


def address_of_apis() -> str | None:
    """Return the address of the demo APIs that the company was made with; None while there is no company."""
    version = ConnectorVersion.objects.filter(connector__slug=SHOP, number=1).first()
    return version.development_server.removesuffix("/shop") if version else None


def load(apis: str) -> bool:
    """Make the company, calling the demo APIs at ``apis``: all of it or nothing. False if it is there already.

    Raises ``Refused`` where nobody answers at that address.
    """
    if address_of_apis():
        return False
    stage = Stage(apis.rstrip("/"))
    _wait_for_apis(stage.apis)
    with transaction.atomic():
        for scene in story(clock.now()):
            with clock.shifted_to(scene.moment):
                scene.act(stage)
    return True


def story(now: datetime) -> list[Scene]:
    """Return every scene before ``now``, in the order of time."""
    scenes = [scene for part in CHAPTERS for scene in part.chapter.dated(now.date())]
    scenes += running.scenes(now.date())
    return sorted((scene for scene in scenes if scene.moment < now), key=lambda scene: scene.moment)


def _wait_for_apis(apis: str) -> None:
    """The demo APIs may have been started a moment ago, by somebody else."""
    address = urlsplit(apis)
    policy = Policy(allowed=(Allowance(address.hostname or "", address.port or 80),), deadline_s=2)
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            send_now(OutRequest("GET", f"{apis}/"), policy=policy)
        except EgressError:
            # Another process begins to listen in a moment and tells nobody: it is asked again, up to a limit.
            time.sleep(0.1)
        else:
            return
    raise Refused(f"The demo APIs do not answer at {apis}. Start them with manage.py demo_apis, then try again.")
