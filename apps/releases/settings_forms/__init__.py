"""Forms of the parts of a definition that are not steps."""

from apps.releases.settings_forms.about import AboutForm
from apps.releases.settings_forms.base import SettingsForm
from apps.releases.settings_forms.fields import FieldForm, RenameForm
from apps.releases.settings_forms.pages import MigrationForm, PageForm
from apps.releases.settings_forms.slots import SlotForm
from apps.releases.settings_forms.triggers import TriggersForm

__all__ = [
    "AboutForm",
    "FieldForm",
    "MigrationForm",
    "PageForm",
    "RenameForm",
    "SettingsForm",
    "SlotForm",
    "TriggersForm",
]
