"""Durations of the DSL: ``{minutes: 2, seconds: 30}`` or ISO 8601 ``PT2M30S``."""

import re
from typing import Any

_UNITS = {"days": 86_400.0, "hours": 3_600.0, "minutes": 60.0, "seconds": 1.0, "milliseconds": 0.001}
_NUMBER = r"(\d+(?:[.,]\d+)?)"
_ISO = re.compile(rf"P(?:{_NUMBER}W)?(?:{_NUMBER}D)?(?:T(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?", re.ASCII)
_ISO_SECONDS = (604_800.0, 86_400.0, 3_600.0, 60.0, 1.0)


def seconds_of(duration: Any) -> float:
    """Return the length in seconds. Raises ``ValueError`` with a sentence; months and years have no fixed length."""
    if isinstance(duration, dict) and duration and duration.keys() <= _UNITS.keys():
        return sum(_UNITS[unit] * _amount(unit, value) for unit, value in duration.items())
    if isinstance(duration, str):
        return _seconds_of_iso(duration)
    raise ValueError(f"{duration!r} is no duration: use days, hours, minutes, seconds, milliseconds, or ISO 8601.")


def _seconds_of_iso(text: str) -> float:
    match = _ISO.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        raise ValueError(f"“{text}” is no ISO 8601 duration such as PT15M.")
    amounts = (float((group or "0").replace(",", ".")) for group in match.groups())
    return sum(amount * length for amount, length in zip(amounts, _ISO_SECONDS, strict=True))


def _amount(unit: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"{value!r} is no number of {unit}.")
    return float(value)
