"""The icons that a listing may wear. A release names one; an unknown name gets the puzzle piece."""

from apps.releases.definition import Definition

FALLBACK = "puzzle"
ICONS = frozenset(
    {
        "address-book",
        "alert-circle",
        "alert-triangle",
        "basket",
        "bell",
        "brand-github",
        "brand-slack",
        "brand-stripe",
        "building-store",
        "calendar",
        "cash",
        "chart-bar",
        "chart-line",
        "clock",
        "cloud",
        "credit-card",
        "database",
        "file",
        "file-invoice",
        "file-text",
        "heart-handshake",
        "heartbeat",
        "list-check",
        "mail",
        "message",
        "package",
        "phone",
        "plug-connected",
        "receipt",
        "refresh",
        "report-analytics",
        "send",
        "shopping-cart",
        "star",
        "ticket",
        "truck",
        "user-plus",
        "users",
        "world",
    }
)


def icon_of(definition: Definition | None) -> str:
    """Return the icon of a release, one that the pages can draw."""
    return definition.icon if definition and definition.icon in ICONS else FALLBACK
