"""The parts of a version's configuration that have a form of their own, by the last part of their address."""

from apps.connectors.forms.sections.application import ServersForm, SignInForm
from apps.connectors.forms.sections.base import RowsForm, SectionForm
from apps.connectors.forms.sections.execution import ExecutionForm
from apps.connectors.forms.sections.individual import IndividualForm
from apps.connectors.forms.sections.paging import PagingForm
from apps.connectors.forms.sections.readme import ReadmeForm
from apps.connectors.forms.sections.test_calls import CallsForm

SECTIONS: dict[str, type[SectionForm]] = {
    "servers": ServersForm,
    "sign-in": SignInForm,
    "individual": IndividualForm,
    "execution": ExecutionForm,
    "paging": PagingForm,
    "test": CallsForm,
    "readme": ReadmeForm,
}

__all__ = ["SECTIONS", "CallsForm", "ReadmeForm", "RowsForm", "SectionForm"]
