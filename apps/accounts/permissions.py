"""Verbs and the roles that include them: the whole table, in one place."""

from enum import StrEnum
from typing import TYPE_CHECKING

from apps.audit.actor import Actor, ActorKind
from apps.core.errors import Forbidden

if TYPE_CHECKING:
    from apps.accounts.models import User


class Verb(StrEnum):
    """What a person may do. The value stands on views as their permission."""

    CONSOLE_SEE = "console.see"
    DRAFT_EDIT = "draft.edit"
    RELEASE_MANAGE = "release.manage"
    INSTANCE_OPERATE = "instance.operate"
    INSTANCE_OPERATE_PROTECTED = "instance.operate_protected"
    SUPPORT_ACT = "support.act"
    ADMINISTER = "administer"
    MARKETPLACE_USE = "marketplace.use"
    MARKETPLACE_MANAGE = "marketplace.manage"

    @property
    def phrase(self) -> str:
        """The verb in words, to follow "may not"."""
        return _PHRASES[self]


class Role(StrEnum):
    """What a person is. The last two are roles of a customer's people."""

    VIEWER = "viewer"
    BUILDER = "builder"
    OPERATOR = "operator"
    RELEASE_MANAGER = "release_manager"
    SUPPORT = "support"
    ADMIN = "admin"
    CUSTOMER_ADMIN = "customer_admin"
    CUSTOMER_MEMBER = "customer_member"

    @property
    def label(self) -> str:
        """The role as people say it."""
        return self.value.replace("_", " ").capitalize()

    @property
    def meaning(self) -> str:
        """What the role can do, in one sentence."""
        return _MEANINGS[self]


CUSTOMER_ROLES = frozenset({Role.CUSTOMER_ADMIN, Role.CUSTOMER_MEMBER})
TEAM_ROLES = tuple(role for role in Role if role not in CUSTOMER_ROLES)

ROLES: dict[Role, frozenset[Verb]] = {
    Role.VIEWER: frozenset({Verb.CONSOLE_SEE}),
    Role.BUILDER: frozenset({Verb.CONSOLE_SEE, Verb.DRAFT_EDIT, Verb.INSTANCE_OPERATE}),
    Role.OPERATOR: frozenset({Verb.CONSOLE_SEE, Verb.INSTANCE_OPERATE, Verb.INSTANCE_OPERATE_PROTECTED}),
    Role.RELEASE_MANAGER: frozenset(
        {
            Verb.CONSOLE_SEE,
            Verb.DRAFT_EDIT,
            Verb.RELEASE_MANAGE,
            Verb.INSTANCE_OPERATE,
            Verb.INSTANCE_OPERATE_PROTECTED,
        }
    ),
    Role.SUPPORT: frozenset({Verb.CONSOLE_SEE, Verb.SUPPORT_ACT}),
    Role.ADMIN: frozenset(verb for verb in Verb if not verb.startswith("marketplace.")),
    Role.CUSTOMER_ADMIN: frozenset({Verb.MARKETPLACE_USE, Verb.MARKETPLACE_MANAGE}),
    Role.CUSTOMER_MEMBER: frozenset({Verb.MARKETPLACE_USE}),
}

_PHRASES = {
    Verb.CONSOLE_SEE: "see the console",
    Verb.DRAFT_EDIT: "edit drafts and connectors",
    Verb.RELEASE_MANAGE: "make releases live, mark them or list them",
    Verb.INSTANCE_OPERATE: "deploy, undo, run or pause",
    Verb.INSTANCE_OPERATE_PROTECTED: "deploy, undo, run or pause in a protected environment",
    Verb.SUPPORT_ACT: "use Django admin",
    Verb.ADMINISTER: "manage people, environments and keys",
    Verb.MARKETPLACE_USE: "see and run a customer's integrations",
    Verb.MARKETPLACE_MANAGE: "install, configure or remove a customer's integrations",
}

_MEANINGS = {
    Role.VIEWER: "Sees every page of the console and changes nothing.",
    Role.BUILDER: "Edits drafts and connectors, creates versions and deploys where nothing is protected.",
    Role.OPERATOR: "Deploys, runs, pauses and undoes, in protected environments too.",
    Role.RELEASE_MANAGER: "Makes releases live, deprecates them and does all that builders and operators do.",
    Role.SUPPORT: "Looks everything up in Django admin and helps with a few safe actions.",
    Role.ADMIN: "Manages people, environments and keys and may do everything else in the console.",
    Role.CUSTOMER_ADMIN: "Installs, configures, updates and removes the integrations of one customer.",
    Role.CUSTOMER_MEMBER: "Sees and runs the integrations of one customer.",
}


def may(person: "User | Actor", verb: Verb, *, protected: bool = False) -> bool:
    """Tell whether the person's role includes the verb. ``protected``: in a protected environment."""
    if isinstance(person, Actor):
        return person.kind is ActorKind.SYSTEM
    if protected and verb is Verb.INSTANCE_OPERATE:
        verb = Verb.INSTANCE_OPERATE_PROTECTED
    return person.is_active and verb in ROLES[Role(person.role)]


def authorise(person: "User | Actor", verb: Verb, *, protected: bool = False) -> None:
    """Raise ``Forbidden`` with a sentence where ``may`` says no."""
    if not may(person, verb, protected=protected):
        in_protected = protected and verb is Verb.INSTANCE_OPERATE
        phrase = Verb.INSTANCE_OPERATE_PROTECTED.phrase if in_protected else verb.phrase
        raise Forbidden(f"{person} may not {phrase}. Ask an administrator for a role that includes it.")
