"""Comparing two releases, and choosing what to compare."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.releases import changes, comparing, running
from apps.releases.comparing import Compared, Side
from apps.releases.models import IntegrationTemplate
from apps.releases.sides import sides_of
from apps.releases.views.answers import release_or_404
from apps.releases.whats_new import news_between


@requires(Verb.CONSOLE_SEE)
@require_safe
def release_compare(request: Request, slug: str, pk: int) -> HttpResponse:
    """Compare from another release (``?with=12`` or ``?with=instance:7``) to this one, of whatever templates.

    ``only=breaking`` leaves out the rest, ``all=steps`` shows a long group whole, ``open=…`` unfolds equal lines.
    """
    after = _after(request, slug, pk)
    before = _before(request, after)
    context = {"release": after.release, "integration_template": after.release.integration_template}
    if before is None:
        return render(request, "releases/release_compare.html", context)
    return render(
        request,
        "releases/release_compare.html",
        context | _comparison(request, before, after),
        fragments={"comparison-changes"},
    )


@requires(Verb.CONSOLE_SEE)
@require_safe
def compare_pick(request: Request, slug: str, pk: int) -> HttpResponse:
    """Choose one side of a comparison: a draft, a version, or what an instance runs. ``side=first`` or ``second``."""
    after = _after(request, slug, pk)
    before = _before(request, after) or after
    first = request.GET.get("side") != "second"
    chosen = before if first else after
    words = request.GET.get("q", "").strip()
    wanted = request.GET.get("template", "")
    home = chosen.release.integration_template
    template = get_object_or_404(IntegrationTemplate, slug=wanted) if wanted else home
    context = {
        "release": after.release,
        "before": before,
        "after": after,
        "first": first,
        "words": words,
        "chosen_template": template,
        "templates": comparing.other_templates(template),
        "groups": [*comparing.picks_for(before, after, first=first, words=words, template=template)],
        "parent_url": comparing.address(before, after),
    }
    return render(request, "releases/release_compare_pick.html", context, fragments={"dialog", "picks"})


def _after(request: Request, slug: str, pk: int) -> Side:
    """Return the second side; ``of=instance:7`` says that it was named by what an instance runs."""
    release = release_or_404(slug, pk)
    named = comparing.side_named(request.GET.get("of", ""))
    return named if named and named.instance and named.release == release else Side(release)


def _before(request: Request, after: Side) -> Side | None:
    wanted = request.GET.get("with", "")
    if not wanted:
        usual = comparing.usual_partner(after.release)
        return Side(usual) if usual else None
    found = comparing.side_named(wanted)
    if found is None:
        raise Http404
    return found


def _comparison(request: Request, before: Side, after: Side) -> dict[str, object]:
    compared = comparing.compared(before.release, after.release)
    only_breaking = request.GET.get("only") == "breaking"
    places = running.places_of(before.release)
    return {
        "before": before,
        "after": after,
        "compared": compared,
        "groups": changes.groups_of(compared, only_breaking=only_breaking, opened=request.GET.get("all", "")),
        "only_breaking": only_breaking,
        "breaking_count": _breaking(compared),
        "sides": sides_of(before.release.text, after.release.text, opened=request.GET.getlist("open")),
        "news": news_between(before.release, after.release),
        "affected_places": places,
        "affected_count": sum(place.instances for place in places),
        "swap_url": comparing.address(after, before),
        "is_same_release": before.release == after.release,
        "crosses": before.release.integration_template_id != after.release.integration_template_id,
    }


def _breaking(compared: Compared) -> int:
    return sum(bool(change.breaks) for change in compared.comparison.changes) if compared.comparison else 0
