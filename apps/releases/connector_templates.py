"""Which templates name which version of a connector, as the connector's page shows it."""

from dataclasses import dataclass

from django.db.models import Count, Max, Q
from django.urls import reverse

from apps.connectors.models import Connector
from apps.core.badges import Badge
from apps.releases.models import ConnectorUse
from apps.releases.states import State


@dataclass(frozen=True)
class TemplateUse:
    """One template and one version of the connector. ``live``: number of the live version, if that one names it."""

    name: str
    url: str
    number: int
    version_url: str
    live: int | None
    drafts: int
    versions: int

    @property
    def live_badge(self) -> Badge:
        return Badge(f"V{self.live} live", "The version that new customer installs get uses it.", "green", "broadcast")

    @property
    def told(self) -> str:
        """ "2 versions, 1 draft"."""
        counts = ((self.versions, "version"), (self.drafts, "draft"))
        return ", ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts if count)


def templates_using(connector: Connector) -> list[TemplateUse]:
    """Return the templates whose releases out of the bin name a version of the connector, newest version first."""
    template = "release__integration_template"
    uses = ConnectorUse.objects.filter(version__connector=connector, release__binned_at=None)
    rows = uses.values(f"{template}__name", f"{template}__slug", "version__number").annotate(
        live=Max("release__number", filter=Q(release__state=State.LIVE)),
        drafts=Count("release", filter=Q(release__state=State.DRAFT), distinct=True),
        versions=Count("release", filter=~Q(release__state=State.DRAFT), distinct=True),
    )
    return [
        TemplateUse(
            name=row[f"{template}__name"],
            url=reverse("releases:template_detail", args=[row[f"{template}__slug"]]),
            number=row["version__number"],
            version_url=reverse("connectors:version_detail", args=[connector.slug, row["version__number"]]),
            live=row["live"],
            drafts=row["drafts"],
            versions=row["versions"],
        )
        for row in rows.order_by(f"{template}__name", "-version__number")
    ]
