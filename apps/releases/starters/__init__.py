"""Definitions to begin with: each works as it is, and shows by example what a definition can hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from apps.releases.definition import Definition, parse

FOLDER = Path(__file__).parent
KEYS = ("orders_to_crm", "http_check", "customers_to_contacts", "blank")


@dataclass(frozen=True, slots=True)
class Starter:
    """`text` is the definition as a person would type it, comments included."""

    key: str
    text: str
    definition: Definition

    @property
    def title(self) -> str:
        return self.definition.title

    @property
    def summary(self) -> str:
        return self.definition.summary

    @property
    def icon(self) -> str:
        return self.definition.icon


@cache
def all_starters() -> tuple[Starter, ...]:
    """Every starter, in the order in which to show them."""
    return tuple(_starter(key) for key in KEYS)


def starter(key: str) -> Starter:
    """The starter of this key; raises KeyError for an unknown one."""
    return {each.key: each for each in all_starters()}[key]


def _starter(key: str) -> Starter:
    text = (FOLDER / f"{key}.yaml").read_text(encoding="utf-8")
    return Starter(key, text, parse(text))
