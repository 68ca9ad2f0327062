"""Verbs about people and customers."""

from apps.audit.registry import register

register("person.added", "added {target} as {role}", icon="user-plus")
register("person.changed", "changed {target}", icon="user-edit")
register("person.disabled", "disabled {target}", icon="user-off")
register("person.signed_in", "signed in", icon="login")
register("person.signed_out", "signed out", icon="logout")
register("customer.added", "added the customer {target}", icon="building")
