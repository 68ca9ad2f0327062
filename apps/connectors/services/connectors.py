"""Connectors come and change here."""

from django.utils.text import slugify

from apps.accounts.models import User
from apps.accounts.permissions import Verb, authorise
from apps.audit.actor import Actor
from apps.audit.operations import operation
from apps.connectors.enums import Scheme
from apps.connectors.models import Connector, ConnectorVersion
from apps.connectors.services.sources import PASTED, keep_given
from apps.connectors.sources import Given, looked_at
from apps.connectors.uses import arrived
from apps.core import clock
from apps.core.errors import Refused


def create_connector(
    *,
    by: User | Actor,
    source: str = "",
    name: str = "",
    description: str = "",
    source_name: str = PASTED,
    given: Given | None = None,
) -> Connector:
    """Add a connector with version 1 from an OpenAPI document, or from whatever ``given`` says; empty names are taken
    from it.

    A source that builds fetch is fetched now, too: servers, scheme, test call and idempotency header are guessed from
    the document. Raises ``SourceRefused`` for one that cannot be used and ``Refused`` for a name that is taken.
    """
    authorise(by, Verb.DRAFT_EDIT)
    given = given or Given.document(source, name=source_name)
    outline = looked_at(given)["outline"]
    name = (name or outline["title"]).strip()
    with operation("connector.created", by=by) as op:
        slug = _free_slug(name)
        now = clock.now()
        connector = Connector.objects.create(
            name=name,
            slug=slug,
            description=description or outline["description"],
            last_number=1,
            created_by=by if isinstance(by, User) else None,
            created_at=now,
        )
        version = ConnectorVersion(
            connector=connector,
            number=1,
            development_server=outline["development_server"],
            production_server=outline["production_server"],
            scheme=Scheme(outline["scheme"]),
            scheme_options=outline["scheme_options"],
            execution={"timeout_s": 10, "idempotency_header": outline["idempotency_header"]},
            test_calls=outline["test_calls"],
            created_at=now,
            updated_at=now,
        )
        keep_given(version, given, by=by)
        arrived(version)
        op.about(connector)
    return connector


def change_connector(*, by: User | Actor, connector: Connector, name: str, description: str) -> Connector:
    """Change name or description; the slug that releases use stays."""
    authorise(by, Verb.DRAFT_EDIT)
    with operation("connector.changed", by=by) as op:
        connector = Connector.objects.select_for_update().get(pk=connector.pk)
        op.about(connector)
        if Connector.objects.exclude(pk=connector.pk).filter(name__iexact=name).exists():
            raise Refused(f"There is a connector “{name}” already. Choose another name.")
        connector.name, connector.description = name, description
        connector.save(update_fields=["name", "description"])
    return connector


def _free_slug(name: str) -> str:
    slug = slugify(name)[:60]
    if slug in RESERVED:
        slug = f"{slug}-api"
    if not slug:
        raise Refused("The connector needs a name: the document has none, so enter one.")
    if Connector.objects.filter(name__iexact=name).exists() or Connector.objects.filter(slug=slug).exists():
        raise Refused(f"There is a connector “{name}” already. Choose another name, or update that one.")
    return slug


# Addresses below /connectors/ that are not connectors.
RESERVED = frozenset({"new", "bin"})
