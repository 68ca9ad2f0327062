"""The customer's own connections: sealed at once, tested at once, never shown."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb, may
from apps.connectors import selectors, services
from apps.connectors.enums import ConnectionState, Scheme
from apps.connectors.forms.connections import CredentialsForm
from apps.connectors.models import Build, Connection, Connector
from apps.connectors.services.reach import fields_asked
from apps.core.errors import Refused
from apps.core.htmx import redirect, render
from apps.core.permissions import requires
from apps.deployments.models import WizardDraft
from apps.deployments.services import choose_connections
from apps.marketplace import plainly
from apps.marketplace.forms import AccountForm
from apps.marketplace.integrations import instances_of, told
from apps.marketplace.views.setting_up import own_wizard_or_404
from apps.releases.definition import Slot
from apps.releases.selectors import definition_of

WORKS = "“{}” works: we were let in."
FAILS = "“{}” does not let us in. Check what you entered."


@requires(Verb.MARKETPLACE_USE)
@require_safe
def connection_list(request: Request) -> HttpResponse:
    """The accounts that the customer's integrations use."""
    mine = told(instances_of(request.user))
    used = [
        (binding.connection_id, integration.name)
        for integration in mine
        for binding in integration.deployment.bindings.all()
    ]
    rows = [(connection, sorted({name for pk, name in used if pk == connection.pk})) for connection in _own(request)]
    context = {"rows": rows, "may_manage": may(request.user, Verb.MARKETPLACE_MANAGE), "place": "connections"}
    return render(request, "marketplace/connection_list.html", context)


@requires(Verb.MARKETPLACE_MANAGE)
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def connection_create(request: Request, pk: UUID, slot: str) -> HttpResponse:
    """Sign in to the system that a slot needs, in the middle of setting up."""
    wizard, wanted, connector = _slot_of(request, pk, slot)
    build = _build_of(wanted, connector, wizard)
    if build is None:
        raise Refused("This system cannot be connected right now. Our team has to prepare something first.")
    taken = _taken(wizard, connector)
    form = AccountForm(
        request.POST if request.method == "POST" else None,
        scheme=build.scheme,
        asked=fields_asked(connector, wizard.environment, build.scheme),
        taken=taken,
        initial={"name": _free_name(connector, taken)},
    )
    if form.is_valid():
        try:
            connection = services.create_connection(
                by=request.user,
                connector=connector,
                environment=wizard.environment,
                customer=wizard.customer,
                name=form.cleaned_data["name"],
                fields=form.entered(),
                secret=form.secret(),
                scheme=build.scheme,
            )
        except Refused:
            form.add_error(None, plainly.SOMETHING)
        else:
            choose_connections(wizard=wizard, connections={**wizard.connections, slot: connection.pk})
            _try(request, connection)
            return redirect(request, "marketplace:wizard_connections", wizard.pk)
    back = reverse("marketplace:wizard_connections", args=[wizard.pk])
    context = {"form": form, "wanted": wanted, "connector": connector, "back_url": back, "wizard": wizard}
    return _credentials_page(request, "marketplace/connection_create.html", context)


@requires(Verb.MARKETPLACE_MANAGE)
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def connection_secret(request: Request, pk: int) -> HttpResponse:
    """Enter the access details anew; they are tried at once."""
    connection = get_object_or_404(_own(request), pk=pk)
    wizard = _wizard_asked_for(request)
    data = request.POST if request.method == "POST" else None
    scheme = Scheme(connection.scheme)
    asked = fields_asked(connection.connector, connection.environment, scheme)
    form = CredentialsForm(data, scheme=scheme, asked=asked, connection=connection)
    back = reverse("marketplace:wizard_connections", args=[wizard.pk]) if wizard else _list_url()
    if form.is_valid():
        try:
            services.replace_secret(by=request.user, connection=connection, fields=form.entered(), secret=form.secret())
        except Refused:
            form.add_error(None, plainly.SOMETHING)
        else:
            _try(request, connection)
            return redirect(request, back)
    context = {"form": form, "connection": connection, "connector": connection.connector, "back_url": back}
    return _credentials_page(request, "marketplace/connection_secret.html", context)


@requires(Verb.MARKETPLACE_MANAGE)
@require_POST
def connection_test(request: Request, pk: int) -> HttpResponse:
    """Try it now, for real."""
    _try(request, get_object_or_404(_own(request), pk=pk))
    return redirect(request, "marketplace:connection_list")


@requires(Verb.MARKETPLACE_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def connection_delete(request: Request, pk: int) -> HttpResponse:
    """Delete one that nothing uses. A dialog."""
    connection = get_object_or_404(_own(request), pk=pk)
    if request.method == "POST":
        with plainly.spoken():
            services.delete_connection(by=request.user, connection=connection)
        messages.success(request, f"“{connection}” is deleted, and its access details with it.")
        return redirect(request, "marketplace:connection_list")
    in_use = services.connections.users_of(connection)
    context = {"connection": connection, "in_use": bool(in_use), "parent_url": _list_url(), "place": "connections"}
    return render(request, "marketplace/connection_delete.html", context, fragments=("dialog",))


def _own(request: Request) -> Any:
    return selectors.connections_visible_to(request.user).filter(customer=request.user.customer_id)


def _list_url() -> str:
    return reverse("marketplace:connection_list")


def _slot_of(request: Request, pk: UUID, name: str) -> tuple[WizardDraft, Slot, Connector]:
    wizard = own_wizard_or_404(request, pk)
    slot = definition_of(wizard.release).slots.get(name) if wizard.release else None
    if slot is None:
        raise Http404
    return wizard, slot, get_object_or_404(Connector, slug=slot.connector)


def _wizard_asked_for(request: Request) -> WizardDraft | None:
    try:
        return own_wizard_or_404(request, UUID(request.GET["setup"]))
    except (KeyError, ValueError):
        return None


def _build_of(slot: Slot, connector: Connector, wizard: WizardDraft) -> Build | None:
    """Return what serves the slot's version there, else the newest: the account has to sign in as it does."""
    version = connector.versions.filter(number=slot.version).first()
    build = selectors.synced_build(version, wizard.environment) if version else None
    return build or selectors.newest_synced_build(connector, wizard.environment)


def _taken(wizard: WizardDraft, connector: Connector) -> set[str]:
    own = selectors.usable_connections(connector, wizard.environment, wizard.customer)
    return set(own.values_list("name", flat=True))


def _free_name(connector: Connector, taken: set[str]) -> str:
    """Suggest a name, so that nobody has to think of one."""
    names = (f"{connector.name} {number}".removesuffix(" 1") for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _try(request: Request, connection: Connection) -> None:
    try:
        tested = services.test_connection(by=request.user, connection=connection)
    except Refused:
        messages.error(request, f"We could not try “{connection}” just now. Test it again in a moment.")
        return
    if tested.state == ConnectionState.VALID:
        messages.success(request, WORKS.format(connection))
    else:
        messages.error(request, FAILS.format(connection))


def _credentials_page(request: Request, template: str, context: dict[str, Any]) -> HttpResponse:
    status = 422 if context["form"].errors else 200
    return render(request, template, {**context, "place": "connections"}, status=status)
