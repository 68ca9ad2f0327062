import re
from typing import Any

from django.contrib import admin
from django.contrib.admin import EmptyFieldListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.audit.admin import TrackedAdmin
from apps.releases.models import IntegrationTemplate, Release

NUMBER = re.compile(r"v?[0-9]{1,9}", re.IGNORECASE)


@admin.register(IntegrationTemplate)
class IntegrationTemplateAdmin(TrackedAdmin):
    list_display = ("name", "slug", "last_number", "naming_scheme", "created_by", "created_at", "look")
    list_filter = ("naming_scheme",)
    search_fields = ("name", "slug", "summary")
    list_select_related = ("created_by",)

    @admin.display(description="Look at")
    def look(self, template: IntegrationTemplate) -> SafeString:
        """Lead to the template's releases here, and to its trail in the console."""
        releases = f"{reverse('admin:releases_release_changelist')}?integration_template__id__exact={template.pk}"
        return format_html('<a href="{}">releases</a> · {}', releases, _trail(template))


@admin.register(Release)
class ReleaseAdmin(TrackedAdmin):
    list_display = ("__str__", "name", "state", "mark", "is_latest", "created_by_name", "created_at", "look")
    list_filter = (
        "state",
        "mark",
        "is_latest",
        ("paused_at", EmptyFieldListFilter),
        ("binned_at", EmptyFieldListFilter),
        "integration_template",
    )
    search_fields = ("name", "description", "notes", "created_by_name", "mark_reason", "integration_template__name")
    list_select_related = ("integration_template",)
    date_hierarchy = "created_at"
    exclude = ("snapshot",)
    raw_id_fields = ("base",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by words as usual; ``v12``, or 12 alone, is the number of a version."""
        words, number = _split(search_term)
        found, may_repeat = super().get_search_results(request, queryset, words)
        return (found.filter(number=number) if number is not None else found), may_repeat

    @admin.display(description="Look at")
    def look(self, release: Release) -> SafeString:
        """Lead to what changed here, and to the trail in the console."""
        history = reverse("admin:releases_release_history", args=[release.pk])
        return format_html('<a href="{}">history</a> · {}', history, _trail(release))


def _split(term: str) -> tuple[str, int | None]:
    """Return the words and the number that somebody searches: a bare number counts if nothing else is asked for."""
    wanted = [word for word in term.split() if NUMBER.fullmatch(word)]
    chosen = next((word for word in wanted if word.lower().startswith("v") or term.strip() == word), None)
    if chosen is None:
        return term, None
    return " ".join(word for word in term.split() if word != chosen), int(chosen.lower().removeprefix("v"))


def _trail(target: IntegrationTemplate | Release) -> SafeString:
    url = reverse("audit:trail", args=[target._meta.label_lower, target.pk])
    return format_html('<a href="{}">trail</a>', url)
