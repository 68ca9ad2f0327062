"""The bin of connector versions."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb, may
from apps.connectors import selectors, services
from apps.connectors.forms.bin import BinForm, DeleteForm
from apps.connectors.models import ConnectorVersion
from apps.connectors.users import Section
from apps.connectors.uses import Part, UseKind, counts_of
from apps.connectors.views.loading import version_or_404
from apps.core.errors import Conflict, Forbidden, Refused
from apps.core.htmx import redirect, render
from apps.core.permissions import requires

PER_PAGE = 25


@requires(Verb.CONSOLE_SEE)
@require_safe
def connector_bin(request: Request) -> HttpResponse:
    """List the versions in the bin."""
    search = request.GET.get("q", "").strip()
    page = Paginator(selectors.binned_versions(search=search), PER_PAGE).get_page(request.GET.get("page"))
    counts = counts_of(list(page), kinds=(UseKind.RELEASE, UseKind.RUN))
    context = {
        "page": page,
        "rows": [(version, counts[version.pk]) for version in page],
        "search": search,
        "may_edit": may(request.user, Verb.DRAFT_EDIT),
        "may_delete": may(request.user, Verb.ADMINISTER),
    }
    return render(request, "connectors/bin_list.html", context, fragments=("bin-list",))


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def version_bin(request: Request, slug: str, number: int) -> HttpResponse:
    """Ask whether a version goes to the bin; say who uses it and what it stops serving."""
    version = version_or_404(slug, number)
    serving = [sync.environment for sync in version.syncs.select_related("environment").order_by("environment")]
    told = {"serving": " ".join(place.slug for place in serving)}
    form = BinForm(request.POST if request.method == "POST" else None, initial=told)
    if form.is_valid():
        try:
            services.bin_version(by=request.user, version=version, seen_serving=form.slugs())
        except (Conflict, Forbidden):
            raise
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, f"{version} is in the bin. It can be restored there.")
            return redirect(request, version.connector)
    users = _sections(version, selectors.keeping_out_of_the_bin(version))
    context = {"version": version, "form": form, "serving": serving, "users": users}
    return _dialog(request, "connectors/version_bin.html", version, context)


@requires(Verb.DRAFT_EDIT)
@require_POST
def version_unbin(request: Request, slug: str, number: int) -> HttpResponse:
    """Take a version out of the bin."""
    version = version_or_404(slug, number)
    try:
        services.restore_version(by=request.user, version=version)
    except Forbidden:
        raise
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, f"{version} is back, exactly as it was.")
    return redirect(request, version)


@requires(Verb.ADMINISTER)
@require_http_methods(["GET", "HEAD", "POST"])
def version_delete(request: Request, slug: str, number: int) -> HttpResponse:
    """Delete a version in the bin for good, after its name was typed."""
    version = version_or_404(slug, number)
    form = DeleteForm(request.POST if request.method == "POST" else None)
    problems: tuple[str, ...] = ()
    if form.is_valid():
        try:
            services.delete_version(by=request.user, version=version, typed=form.cleaned_data["typed"])
        except (Conflict, Forbidden):
            raise
        except Refused as refused:
            problems = refused.problems
            form.add_error(None if problems else "typed", refused.message)
        else:
            messages.success(request, f"{version} is deleted for good.")
            return redirect(request, "connectors:bin_list")
    context = {
        "version": version,
        "form": form,
        "problems": problems,
        "users": _sections(version, selectors.keeping_from_deletion(version)),
        "is_last": selectors.is_last_version(version),
        "connections": selectors.connections_visible_to(request.user).filter(connector=version.connector),
    }
    return _dialog(request, "connectors/version_delete.html", version, context)


def _sections(version: ConnectorVersion, parts: list[Part]) -> list[Section]:
    return [Section(version, part) for part in parts]


def _dialog(request: Request, template: str, version: ConnectorVersion, context: dict[str, object]) -> HttpResponse:
    context["parent_url"] = version.get_absolute_url()
    status = 422 if context["form"].errors else 200  # type: ignore[attr-defined]
    return render(request, template, context, fragments=("dialog",), status=status)
