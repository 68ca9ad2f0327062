"""Verbs about people and customers."""

from apps.audit.registry import register

register("person.added", "added {target} as {role}", icon="user-plus")
register("person.changed", "changed {target}", icon="user-edit")
register("person.disabled", "disabled {target}", icon="user-off")
register("person.enabled", "enabled {target}", icon="user-check")
register("person.password_reset", "made a sign-in link for {target}", icon="key")
register("person.password_chosen", "chose a password", icon="lock-password")
register("person.signed_in", "signed in", icon="login")
register("person.signed_out", "signed out", icon="logout")
register("customer.added", "added the customer {target}", icon="building")
register("customer.renamed", "renamed the customer {before} to {target}", icon="pencil")
