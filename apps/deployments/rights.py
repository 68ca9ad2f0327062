"""Who may do what to an instance: the role's verb, the environment's protection, and whose instance it is."""

from apps.accounts.models import Customer, User
from apps.accounts.permissions import Verb, authorise, may
from apps.audit.actor import Actor
from apps.core.errors import Forbidden
from apps.environments.models import Environment

type By = User | Actor


def may_operate(by: By, *, environment: Environment, customer: Customer | None, help_out: bool = False) -> bool:
    """Tell whether the person may deploy, undo or pause there. ``help_out``: support staff may do it too."""
    if isinstance(by, User) and by.customer_id:
        return customer is not None and by.customer_id == customer.pk and may(by, Verb.MARKETPLACE_MANAGE)
    if help_out and may(by, Verb.SUPPORT_ACT):
        return True
    return may(by, Verb.INSTANCE_OPERATE, protected=environment.is_protected)


def authorise_operating(by: By, *, environment: Environment, customer: Customer | None, help_out: bool = False) -> None:
    """Raise ``Forbidden`` with a sentence where ``may_operate`` says no."""
    if may_operate(by, environment=environment, customer=customer, help_out=help_out):
        return
    if isinstance(by, User) and by.customer_id:
        authorise(by, Verb.MARKETPLACE_MANAGE)
        raise Forbidden("This belongs to somebody else.")
    authorise(by, Verb.INSTANCE_OPERATE, protected=environment.is_protected)


def authorise_pausing(by: By, *, environment: Environment, customer: Customer | None) -> None:
    """Raise ``Forbidden`` where the person may not pause or resume there. All people of its customer may."""
    if isinstance(by, User) and by.customer_id and customer is not None and by.customer_id == customer.pk:
        authorise(by, Verb.MARKETPLACE_USE)
    else:
        authorise_operating(by, environment=environment, customer=customer, help_out=True)


def why_not(by: By, *, environment: Environment, customer: Customer | None) -> str:
    """Return the sentence that explains a disabled button, or "" where the person may."""
    try:
        authorise_operating(by, environment=environment, customer=customer)
    except Forbidden as refusal:
        return refusal.message
    return ""


def why_not_help(by: By, *, environment: Environment, customer: Customer | None) -> str:
    """Return why the person may not even help out there, as support staff may, or ""."""
    try:
        authorise_operating(by, environment=environment, customer=customer, help_out=True)
    except Forbidden as refusal:
        return refusal.message
    return ""


def why_no_rollout(by: By) -> str:
    """Return why the person may not begin or steer rollouts, or ""."""
    try:
        authorise(by, Verb.INSTANCE_OPERATE_PROTECTED)
    except Forbidden as refusal:
        return refusal.message
    return ""
