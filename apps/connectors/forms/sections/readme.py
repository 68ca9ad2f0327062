"""How the connector is used, in its makers' words."""

from typing import Any

from django import forms

from apps.accounts.models import User
from apps.connectors import services
from apps.connectors.forms.sections.base import SectionForm
from apps.connectors.models import ConnectorVersion
from apps.connectors.services.configuration import LONGEST_README


class ReadmeForm(SectionForm):
    """The readme, as Markdown."""

    title = "Readme"
    text = "What builders should know about this version. Changing it asks for no new build."
    template = "connectors/version_readme.html"
    readme = forms.CharField(
        required=False,
        max_length=LONGEST_README,
        widget=forms.Textarea(attrs={"rows": 14, "class": "font-monospace"}),
        help_text="Markdown: headings, lists, tables, code and links. HTML and pictures are left out.",
    )

    @classmethod
    def values_of(cls, version: ConnectorVersion) -> dict[str, Any]:
        return {"readme": version.readme}

    def save(self, *, by: User) -> ConnectorVersion:
        return services.configure_readme(by=by, version=self.version, readme=self.cleaned_data["readme"])
