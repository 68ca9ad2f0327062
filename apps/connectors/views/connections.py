"""Pages about connections."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from apps.accounts.http import Request
from apps.accounts.models import User
from apps.accounts.permissions import Verb, may
from apps.connectors import services
from apps.connectors.enums import Scheme
from apps.connectors.forms.connections import (
    ConnectionFilter,
    ConnectionForm,
    CredentialsForm,
    PlaceForm,
    RenameForm,
)
from apps.connectors.models import Build, Connection, Connector
from apps.connectors.services.connections import authorise_connection, users_of
from apps.connectors.services.reach import builds_to_connect, fields_asked, places_for
from apps.connectors.views.loading import connection_or_404
from apps.core.errors import Refused
from apps.core.htmx import redirect, render
from apps.core.permissions import requires
from apps.environments.models import Environment

PLACE = ("connector", "environment", "customer")


@requires(Verb.CONSOLE_SEE)
@require_safe
def connection_list(request: Request) -> HttpResponse:
    """List connections."""
    chosen = ConnectionFilter(request.GET)
    search = request.GET.get("q", "").strip()
    context = {
        "connections": chosen.narrowed(request.user, search),
        "filter": chosen,
        "search": search,
        "may_add": may(request.user, Verb.INSTANCE_OPERATE),
    }
    return render(request, "connectors/connection_list.html", context, fragments=("connections-list",))


@requires(Verb.CONSOLE_SEE)
@require_safe
def connection_detail(request: Request, pk: int) -> HttpResponse:
    """Show a connection: what is not secret, and the last test."""
    connection = connection_or_404(request.user, pk)
    scheme = Scheme(connection.scheme)
    context = {
        "connection": connection,
        "scheme": scheme,
        "fields": [(label, connection.fields.get(name, "")) for name, label in _labels(connection).items()],
        "users": users_of(connection),
        "may_replace": connection.needs_secret or bool(_labels(connection)),
        "answer_title": _answer_title(connection),
        "may_write": may(request.user, Verb.INSTANCE_OPERATE, protected=connection.environment.is_protected),
    }
    return render(request, "connectors/connection_detail.html", context)


@requires(Verb.INSTANCE_OPERATE)
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def connection_create(request: Request) -> HttpResponse:
    """Add a connection: first where it belongs, then its credentials.

    ``?connector=…&environment=…&customer=…`` fix the place; ``next`` is where the person came from.
    """
    query = request.GET
    place = PlaceForm(query if query.get("connector") and query.get("environment") else None, person=request.user)
    if not place.is_valid():
        initial = {name: query.get(name) for name in PLACE}
        shown = place if place.is_bound else PlaceForm(initial=initial, person=request.user)
        return _place_page(request, shown)
    chosen = place.cleaned_data
    authorise_connection(request.user, chosen["environment"], chosen["customer"])
    builds = _builds_by_scheme(chosen["connector"], chosen["environment"], for_team=chosen["customer"] is None)
    build = builds.get(query.get("scheme", "")) or next(iter(builds.values()), None)
    if build is None:
        place.add_error("environment", f"{chosen['connector']} is not synced there yet. Build and sync it first.")
        return _place_page(request, place)
    asked = fields_asked(chosen["connector"], chosen["environment"], build.scheme, for_team=chosen["customer"] is None)
    form = ConnectionForm(request.POST if request.method == "POST" else None, scheme=build.scheme, asked=asked)
    if form.is_valid():
        try:
            connection = services.create_connection(
                by=request.user,
                connector=chosen["connector"],
                environment=chosen["environment"],
                customer=chosen["customer"],
                name=form.cleaned_data["name"],
                fields=form.entered(),
                secret=form.secret(),
                scheme=build.scheme,
            )
        except Refused as refused:
            form.add_error(None, [refused.message, *refused.problems])
        else:
            return _created(request, connection)
    origins = places_for(chosen["connector"], chosen["environment"], customer=chosen["customer"])
    others = [
        (f"{each.version.short_name} · {each.scheme.label}", _same_place(request, each.scheme))
        for each in builds.values()
        if each is not build
    ]
    context = {"form": form, "build": build, "others": others, "origins": origins, "next": _next(request), **chosen}
    return render(request, "connectors/connection_create.html", context, status=422 if form.errors else 200)


@requires(Verb.INSTANCE_OPERATE)
@require_POST
def connection_test(request: Request, pk: int) -> HttpResponse:
    """Try the credentials for real."""
    connection = connection_or_404(request.user, pk)
    try:
        tested = services.test_connection(by=request.user, connection=connection)
    except Refused as refused:
        messages.error(request, " ".join([refused.message, *refused.problems]))
    else:
        sentence = tested.test_answer["sentence"]
        (messages.success if tested.state == "valid" else messages.error)(request, sentence)
    return redirect(request, connection)


@requires(Verb.INSTANCE_OPERATE)
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def connection_secret(request: Request, pk: int) -> HttpResponse:
    """Replace the credentials."""
    connection = _writable(request.user, pk)
    form = CredentialsForm(
        request.POST if request.method == "POST" else None,
        scheme=Scheme(connection.scheme),
        asked=fields_asked(
            connection.connector,
            connection.environment,
            Scheme(connection.scheme),
            for_team=connection.customer is None,
        ),
        connection=connection,
    )
    if form.is_valid():
        try:
            services.replace_secret(by=request.user, connection=connection, fields=form.entered(), secret=form.secret())
        except Refused as refused:
            form.add_error(None, [refused.message, *refused.problems])
        else:
            messages.success(request, f"The credentials of “{connection}” are replaced. Test them now.")
            return redirect(request, connection)
    return _dialog(request, "connectors/connection_secret.html", connection, form)


@requires(Verb.INSTANCE_OPERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def connection_rename(request: Request, pk: int) -> HttpResponse:
    """Give a connection another name."""
    connection = _writable(request.user, pk)
    form = RenameForm(request.POST if request.method == "POST" else None, initial={"name": connection.name})
    if form.is_valid():
        try:
            services.rename_connection(by=request.user, connection=connection, name=form.cleaned_data["name"])
        except Refused as refused:
            form.add_error("name", refused.message)
        else:
            return redirect(request, connection)
    return _dialog(request, "connectors/connection_rename.html", connection, form)


@requires(Verb.INSTANCE_OPERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def connection_delete(request: Request, pk: int) -> HttpResponse:
    """Delete a connection that nothing uses."""
    connection = _writable(request.user, pk)
    if request.method == "POST":
        services.delete_connection(by=request.user, connection=connection)
        messages.success(request, f"“{connection}” is deleted; its secret is gone.")
        return redirect(request, "connectors:connection_list")
    return _dialog(request, "connectors/connection_delete.html", connection, None, users=users_of(connection))


def _answer_title(connection: Connection) -> str:
    response = connection.test_answer.get("response")
    return f"{response['status']} in {response['elapsed_ms']} ms" if response else ""


def _labels(connection: Connection) -> dict[str, str]:
    """``{name: label}`` of what a connection holds besides its secret."""
    scheme = Scheme(connection.scheme)
    asked = fields_asked(connection.connector, connection.environment, scheme, for_team=connection.customer is None)
    return {**{field.name: field.label for field in asked}, **scheme.field_labels}


def _writable(person: User, pk: int) -> Connection:
    connection = connection_or_404(person, pk)
    authorise_connection(person, connection.environment, connection.customer)
    return connection


def _builds_by_scheme(connector: Connector, environment: Environment, *, for_team: bool) -> dict[str, Build]:
    """The newest build for each way to sign in, of those that serve there or are tested from there; newest first."""
    found: dict[str, Build] = {}
    for build in builds_to_connect(connector, environment, for_team=for_team):
        found.setdefault(build.scheme.value, build)
    return found


def _same_place(request: Request, scheme: Scheme) -> str:
    query = request.GET.copy()
    query["scheme"] = scheme.value
    return f"?{query.urlencode()}"


def _place_page(request: Request, form: PlaceForm) -> HttpResponse:
    context = {"form": form, "next": _next(request)}
    status = 422 if form.errors else 200
    return render(request, "connectors/connection_place.html", context, status=status)


def _created(request: Request, connection: Connection) -> HttpResponse:
    messages.success(request, f"“{connection}” is sealed and ready. Test it now.")
    url = _next(request)
    if not url:
        return redirect(request, connection)
    target = f"{url}{'&' if urlsplit(url).query else '?'}{urlencode({'connection': connection.pk})}"
    return HttpResponseClientRedirect(target) if request.htmx else HttpResponseRedirect(target, status=303)


def _next(request: Request) -> str:
    """Where the person came from, if that is a page of ours."""
    url = request.POST.get("next") or request.GET.get("next", "")
    local = url.startswith("/") and "#" not in url
    safe = local and url_has_allowed_host_and_scheme(url, allowed_hosts=None, require_https=request.is_secure())
    return url if safe else ""


def _dialog(request: Request, template: str, connection: Connection, form: Any, **more: Any) -> HttpResponse:
    context = {"connection": connection, "form": form, "parent_url": connection.get_absolute_url(), **more}
    status = 422 if form is not None and form.errors else 200
    return render(request, template, context, fragments=("dialog",), status=status)
