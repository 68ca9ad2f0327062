"""Pages about a connector version: overview, source, configuration."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import Request
from apps.accounts.models import User
from apps.accounts.permissions import Verb, may
from apps.connectors import selectors, services
from apps.connectors.documents import SourceRefused
from apps.connectors.enums import Scheme
from apps.connectors.forms.versions import ExecutionForm, SchemeForm, ServersForm, SourceForm, TestForm
from apps.connectors.live import FRAGMENT, Live, ended, is_over, unchanged
from apps.connectors.models import Connector, ConnectorVersion
from apps.connectors.strip import pipeline_words, strip_of
from apps.connectors.summary import summary_of
from apps.connectors.views.loading import version_or_404
from apps.core.errors import Refused
from apps.core.htmx import redirect, render
from apps.core.permissions import requires

EARLIER = 8


@dataclass(frozen=True)
class Section:
    """One part of the configuration that has a form of its own."""

    title: str
    text: str
    form: Callable[[Any, ConnectorVersion], forms.Form]
    save: Callable[[User, ConnectorVersion, Any], ConnectorVersion]


def _save_scheme(person: User, version: ConnectorVersion, form: SchemeForm) -> ConnectorVersion:
    scheme = Scheme(form.cleaned_data["scheme"])
    return services.configure_scheme(by=person, version=version, scheme=scheme, options=form.options())


SECTIONS = {
    "servers": Section(
        "Servers",
        "Where the API lives, for each kind of environment.",
        lambda data, version: ServersForm(data, initial=ServersForm.values_of(version)),
        lambda person, version, form: services.configure_servers(by=person, version=version, **form.cleaned_data),
    ),
    "sign-in": Section(
        "Sign-in",
        "How the API wants to know who calls. Connections hold the credentials themselves.",
        lambda data, version: SchemeForm(data, initial=SchemeForm.values_of(version)),
        _save_scheme,
    ),
    "execution": Section(
        "Execution",
        "How calls are made.",
        lambda data, version: ExecutionForm(data, initial=ExecutionForm.values_of(version)),
        lambda person, version, form: services.configure_execution(by=person, version=version, **form.cleaned_data),
    ),
    "test": Section(
        "Test",
        "What “Test” really calls in development.",
        lambda data, version: TestForm(data, version=version, initial=TestForm.values_of(version)),
        lambda person, version, form: services.configure_test(by=person, version=version, **form.cleaned_data),
    ),
}


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def version_add(request: Request, slug: str) -> HttpResponse:
    """Begin the next version of a connector as a copy of its most recent one."""
    connector = get_object_or_404(Connector, slug=slug)
    if request.method == "POST":
        version = services.add_version(by=request.user, connector=connector)
        messages.success(request, f"{version} is here, a copy so far. Give it its document and servers, then build it.")
        return redirect(request, version)
    recent = selectors.versions_of(connector).first()
    context = {
        "connector": connector,
        "recent": recent,
        "copied_label": f"Copied from v{recent.number}" if recent else "",
        "parent_url": connector.get_absolute_url(),
    }
    return render(request, "connectors/version_add.html", context, fragments=("dialog",))


@requires(Verb.CONSOLE_SEE)
@require_safe
def version_detail(request: Request, slug: str, number: int) -> HttpResponse:
    """Show a version: its pipeline, what serves where, its configuration."""
    version = version_or_404(slug, number)
    jobs = selectors.latest_jobs(version)
    live = Live.of(request, jobs.newest)
    if live.is_unchanged:
        return unchanged()
    build = selectors.newest_build(version)
    context = {
        "version": version,
        "strip": strip_of(version, request.user, jobs),
        "live": live,
        "last_position": live.last_position(request),
        "earlier": selectors.jobs_of(version)[:EARLIER],
        **pipeline_words(request.user, jobs),
        "build": build,
        "findings": selectors.findings_of(build) if build else [],
        "environments": selectors.environments_with_sync(version),
        "sections": summary_of(version),
        "siblings": selectors.siblings_of(version),
        "may_edit": may(request.user, Verb.DRAFT_EDIT),
    }
    if is_over(request, live):
        return ended(render(request, "connectors/version_detail.html", context), live)
    return render(request, "connectors/version_detail.html", context, fragments=(FRAGMENT,))


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def version_source(request: Request, slug: str, number: int) -> HttpResponse:
    """Give a version a new document; the one that serves keeps serving."""
    version = version_or_404(slug, number)
    form = SourceForm(
        request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None
    )
    findings = []
    if form.is_valid():
        source, source_name = form.source()
        try:
            services.upload_source(by=request.user, version=version, source=source, source_name=source_name)
        except SourceRefused as refused:
            findings = refused.findings
            form.add_error("file" if form.cleaned_data["file"] else "text", refused.message)
        else:
            messages.success(request, f"{version} has a new document. Build it to see what it holds.")
            return redirect(request, version)
    context = {"version": version, "form": form, "findings": findings, "source": selectors.source_of(version)}
    return render(request, "connectors/version_source.html", context, status=422 if form.errors else 200)


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def version_configure(request: Request, slug: str, number: int, section: str) -> HttpResponse:
    """Change one part of the configuration."""
    version = version_or_404(slug, number)
    if section not in SECTIONS:
        raise Http404
    part = SECTIONS[section]
    form = part.form(request.POST if request.method == "POST" else None, version)
    if form.is_valid():
        try:
            saved = part.save(request.user, version, form)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            if saved.updated_at != version.updated_at:
                messages.success(request, f"{part.title} of {version} changed. What is synced keeps serving.")
            return redirect(request, version)
    context = {"version": version, "form": form, "part": part, "parent_url": version.get_absolute_url()}
    status = 422 if form.errors else 200
    return render(request, "connectors/version_configure.html", context, fragments=("dialog",), status=status)
