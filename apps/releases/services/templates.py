"""Templates come and change here."""

from django.utils.text import slugify

from apps.accounts.permissions import Verb, authorise
from apps.audit.operations import operation
from apps.core import clock
from apps.core.errors import Refused
from apps.releases import naming
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
    naming_pattern: str = "",
    text: str | None = None,
) -> IntegrationTemplate:
    """Create a template with its latest draft, from a starter or from ``text``."""
    content = starter_named(starter).text if text is None else text
    digest = digest_of_content(content)
    with operation("template.created", by=by) as op:
        authorise(by, Verb.DRAFT_EDIT)
        template = _add(by=by, name=name, summary=summary, scheme=naming_scheme, pattern=naming_pattern)
        new_draft(template, Snapshot.objects.keep(content), digest, by=by)
        op.about(template, starter=starter)
    return template


def edit_template(
    *,
    by: By,
    integration_template: IntegrationTemplate,
    name: str,
    summary: str,
    naming_scheme: str,
    naming_pattern: str = "",
) -> IntegrationTemplate:
    """Change what a template is called and how its versions are named; its address stays."""
    with operation("template.edited", by=by) as op:
        op.about(integration_template)
        authorise(by, Verb.DRAFT_EDIT)
        template = locked(integration_template)
        _refuse_taken(name, but=template)
        template.name, template.summary = name.strip(), summary
        template.naming_scheme, template.naming_pattern = _usable(naming_scheme, naming_pattern)
        template.save(update_fields=["name", "summary", "naming_scheme", "naming_pattern"])
        op.about(template)
    return template


def new_template_like(*, by: By, source: IntegrationTemplate, name: str) -> IntegrationTemplate:
    """Create a template for a copy: summary and naming scheme as those of the source, and no draft yet."""
    with operation("template.created", by=by) as op:
        scheme, pattern = source.naming_scheme, source.naming_pattern
        template = _add(by=by, name=name, summary=source.summary, scheme=scheme, pattern=pattern)
        op.about(template, copied_from=str(source))
    return template


def add_template(*, by: By, name: str, origin: str) -> IntegrationTemplate:
    """Create a template for what was imported, without a draft yet. Inside the operation of the import."""
    with operation("template.created", by=by) as op:
        template = _add(by=by, name=name, summary="", scheme=NamingScheme.SEMVER, pattern="")
        op.about(template, imported_from=origin)
    return template


def _add(*, by: By, name: str, summary: str, scheme: str, pattern: str) -> IntegrationTemplate:
    _refuse_taken(name)
    scheme, pattern = _usable(scheme, pattern)
    return IntegrationTemplate.objects.create(
        name=name.strip(),
        slug=_free_slug(name),
        summary=summary,
        naming_scheme=scheme,
        naming_pattern=pattern,
        created_by=user_of(by),
        created_at=clock.now(),
    )


def _usable(scheme: str, pattern: str) -> tuple[NamingScheme, str]:
    """Return the scheme with its pattern; only own patterns have one. Raises ``Refused`` for a bad one."""
    chosen = NamingScheme(scheme)
    if chosen != NamingScheme.PATTERN:
        return chosen, ""
    if problem := naming.pattern_problem(pattern):
        raise Refused(problem)
    return chosen, pattern


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
RESERVED = frozenset({"import", "new"})
