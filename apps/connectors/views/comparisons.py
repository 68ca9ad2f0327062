"""Pages that compare two builds of a connector."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.connectors import build_pages, links
from apps.connectors.affected import MOST, affected_by, used_operations
from apps.connectors.compared import LEVELS, Compared, Wanted
from apps.connectors.compatibility import Change
from apps.connectors.configuration_changes import configuration_changes
from apps.connectors.models import Build, Connector, ConnectorVersion
from apps.connectors.selectors import comparisons, newest_build
from apps.connectors.services.comparisons import compare_builds
from apps.connectors.uses import FIRST
from apps.connectors.views.loading import version_or_404
from apps.core.errors import Refused
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.environments.models import EnvironmentKind

GROUPS_PER_PAGE = 20


@dataclass(frozen=True)
class Sides:
    """The two builds of a comparison."""

    old: Build
    new: Build

    @property
    def is_same(self) -> bool:
        """One build on both sides."""
        return self.old == self.new

    @property
    def crosses_versions(self) -> bool:
        """The builds belong to two versions: nobody goes from one to the other without saying so."""
        return self.old.version_id != self.new.version_id


@requires(Verb.CONSOLE_SEE)
@require_safe
def build_compare(request: Request, slug: str) -> HttpResponse:
    """Compare two builds. What is not known yet is worked out when ``now=1`` asks for it: the page itself is quick."""
    connector = get_object_or_404(Connector, slug=slug)
    sides = _sides_or_404(connector, request.GET)
    context: dict[str, Any] = {"connector": connector, "sides": sides, **_picker(connector, sides)}
    if sides and not sides.is_same:
        context |= _comparison(request, sides)
    return render(request, "connectors/build_compare.html", context, fragments=("comparison", "comparison-changes"))


@requires(Verb.CONSOLE_SEE)
@require_safe
def version_verdict(request: Request, slug: str, number: int) -> HttpResponse:
    """Say in one line what the newest build would change for those whom an older one serves."""
    version = version_or_404(slug, number)
    newest = newest_build(version)
    lines = [_verdict(Sides(old, newest), what) for what, old in _replaced_by(newest, version)] if newest else []
    context = {"version": version, "lines": lines}
    return render(request, "connectors/version_verdict.html", context, fragments=("version-verdict",))


def _replaced_by(newest: Build, version: ConnectorVersion) -> list[tuple[str, Build]]:
    """Return what the newest build takes the place of; for a version that serves nowhere the version before."""
    serving = {kind: comparisons.build_serving(version, kind) for kind in EnvironmentKind}
    if not any(serving.values()):
        before = comparisons.build_before(version)
        return [(before.version.short_name, before)] if before else []
    found: dict[Build, list[str]] = {}
    for kind, build in serving.items():
        if build and build != newest:
            found.setdefault(build, []).append(kind.label.lower())
    return [(f"what serves {' and '.join(kinds)}", build) for build, kinds in found.items()]


def _sides_or_404(connector: Connector, query: QueryDict) -> Sides | None:
    """Return the builds that an address names, None where it names none. Raises 404 for unknown ones."""
    names = query.get("old", ""), query.get("new", "")
    if not any(names):
        return None
    old, new = (comparisons.build_named(connector, name) for name in names)
    if old is None or new is None:
        raise Http404
    return Sides(old, new)


def _picker(connector: Connector, sides: Sides | None) -> dict[str, Any]:
    chosen = [sides.old, sides.new] if sides else []
    picker = build_pages.picker_of(comparisons.builds_to_pick(connector, chosen=chosen))
    names = [name for version in picker for name, _, _ in version.builds]
    return {
        "picker": picker,
        "old_name": links.name_of(sides.old) if sides else next(iter(names[1:]), ""),
        "new_name": links.name_of(sides.new) if sides else next(iter(names), ""),
        "swap_url": links.compare_url(sides.new, sides.old) if sides else "",
    }


def _comparison(request: Request, sides: Sides) -> dict[str, Any]:
    try:
        changes = _changes(sides, now=request.GET.get("now") == "1")
    except Refused as refused:
        return {"failed": refused}
    if changes is None:
        query = request.GET.copy()
        query["now"] = "1"
        return {"later": f"{request.path}?{query.urlencode()}"}
    return _result(request, sides, changes)


def _changes(sides: Sides, *, now: bool) -> list[Change] | None:
    if now:
        return compare_builds(old=sides.old, new=sides.new)
    return comparisons.kept_changes(sides.old, sides.new)


def _result(request: Request, sides: Sides, changes: list[Change]) -> dict[str, Any]:
    compared = _compared(sides, changes)
    wanted = Wanted.from_query(request.GET)
    page = Paginator(compared.groups(wanted), GROUPS_PER_PAGE).get_page(request.GET.get("page"))
    everybody = request.GET.get("all") == "1"
    return {
        "compared": compared,
        "wanted": wanted,
        "levels": [
            (level.value, LEVELS[level], f"{count:,}" if count else "") for level, count in compared.counts.items()
        ],
        "page": page,
        "total": f"{len(compared.changes):,}",
        "everybody": everybody,
        "old_url": links.build_url(sides.old),
        "new_url": links.build_url(sides.new),
        "rules": compared.rules(wanted),
        "affected": affected_by(compared, sides.old.version, most=MOST if everybody else FIRST),
    }


def _compared(sides: Sides, changes: list[Change]) -> Compared:
    configured = configuration_changes(sides.old.configuration, sides.new.configuration)
    return Compared(
        changes=[*configured, *changes],
        ids=comparisons.places_of(sides.old.document_id),
        used=used_operations(sides.old.version),
    )


def _verdict(sides: Sides, what: str) -> dict[str, Any]:
    line: dict[str, Any] = {"what": what, "url": links.compare_url(sides.old, sides.new)}
    try:
        compared = _compared(sides, compare_builds(old=sides.old, new=sides.new))
    except Refused as refused:
        return {**line, "sentence": " ".join([refused.message, *refused.problems]), "tone": "amber"}
    told = "" if sides.crosses_versions else affected_by(compared, sides.old.version).sentence
    return {**line, "sentence": f"{compared.verdict} {told}".strip(), "tone": compared.tone}
