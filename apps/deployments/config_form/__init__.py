"""From the configuration schema of a release to a form, and back to answers that the schema accepts.

Pure: plain data and Django's form classes, no database.
"""

from apps.deployments.config_form.carry import Carried, Lost, carry
from apps.deployments.config_form.form import ConfigForm
from apps.deployments.config_form.judge import Fault, faults, unusable
from apps.deployments.config_form.questions import Kind, Question, questions
from apps.deployments.config_form.telling import Answer, Change, changes, told

__all__ = [
    "Answer",
    "Carried",
    "Change",
    "ConfigForm",
    "Fault",
    "Kind",
    "Lost",
    "Question",
    "carry",
    "changes",
    "faults",
    "questions",
    "told",
    "unusable",
]
