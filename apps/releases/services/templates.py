"""Templates come and change here."""

from django.utils.text import slugify

from apps.accounts.permissions import Verb, authorise
from apps.audit.operations import operation
from apps.core import clock
from apps.releases.models import IntegrationTemplate, NamingScheme, Snapshot
from apps.releases.services.drafts import digest_of_content, new_draft
from apps.releases.services.transition import BadName, By, locked, user_of
from apps.releases.starters import starter as starter_named


def create_template(
    *,
    by: By,
    name: str,
    summary: str = "",
    starter: str = "blank",
    naming_scheme: str = NamingScheme.SEMVER,
    text: str | None = None,
) -> IntegrationTemplate:
    """Create a template with its latest draft, from a starter or from ``text``."""
    content = starter_named(starter).text if text is None else text
    digest = digest_of_content(content)
    with operation("template.created", by=by) as op:
        authorise(by, Verb.DRAFT_EDIT)
        template = _add(by=by, name=name, summary=summary, naming_scheme=naming_scheme)
        new_draft(template, Snapshot.objects.keep(content), digest, by=by)
        op.about(template, starter=starter)
    return template


def edit_template(
    *, by: By, integration_template: IntegrationTemplate, name: str, summary: str, naming_scheme: str
) -> IntegrationTemplate:
    """Change what a template is called and how its versions are named; its address stays."""
    with operation("template.edited", by=by) as op:
        op.about(integration_template)
        authorise(by, Verb.DRAFT_EDIT)
        template = locked(integration_template)
        _refuse_taken(name, but=template)
        template.name, template.summary, template.naming_scheme = name.strip(), summary, NamingScheme(naming_scheme)
        template.save(update_fields=["name", "summary", "naming_scheme"])
        op.about(template)
    return template


def new_template_like(*, by: By, source: IntegrationTemplate, name: str) -> IntegrationTemplate:
    """Create a template for a copy: summary and naming scheme as those of the source, and no draft yet."""
    with operation("template.created", by=by) as op:
        template = _add(by=by, name=name, summary=source.summary, naming_scheme=source.naming_scheme)
        op.about(template, copied_from=str(source))
    return template


def _add(*, by: By, name: str, summary: str, naming_scheme: str) -> IntegrationTemplate:
    _refuse_taken(name)
    return IntegrationTemplate.objects.create(
        name=name.strip(),
        slug=_free_slug(name),
        summary=summary,
        naming_scheme=NamingScheme(naming_scheme),
        created_by=user_of(by),
        created_at=clock.now(),
    )


def _refuse_taken(name: str, *, but: IntegrationTemplate | None = None) -> None:
    if not name.strip():
        raise BadName("Give the template a name.")
    same = IntegrationTemplate.objects.filter(name__iexact=name.strip())
    if (same.exclude(pk=but.pk) if but else same).exists():
        raise BadName(f"There is a template called “{name.strip()}” already. Choose another name.")


def _free_slug(name: str) -> str:
    stem = slugify(name)[:50] or "template"
    taken = set(IntegrationTemplate.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug, number = stem, 1
    while slug in taken or slug in RESERVED:
        number += 1
        slug = f"{stem}-{number}"
    return slug


# Addresses below /templates/ that are not templates.
RESERVED = frozenset({"new"})
