"""Moments and lengths of time in words."""

from datetime import datetime

from django.utils import timezone

MINUTE, HOUR, DAY = 60, 3_600, 86_400
_STEPS = ((45, 1, "second"), (45 * MINUTE, MINUTE, "minute"), (22 * HOUR, HOUR, "hour"), (26 * DAY, DAY, "day"))


def exactly(moment: datetime) -> str:
    """Return the moment in full: 3 May 2026, 14:05 UTC."""
    local = timezone.localtime(moment)
    return f"{local.day} {local:%b %Y, %H:%M} {local.tzname()}"


def relatively(moment: datetime, *, now: datetime) -> str:
    """Return the moment as seen from now: "5 minutes ago", "in 2 days"; further away than a month, its date."""
    seconds = (now - moment).total_seconds()
    if abs(seconds) < 5:
        return "just now"
    for limit, unit, name in _STEPS:
        if abs(seconds) < limit:
            count = max(1, round(abs(seconds) / unit))
            words = f"{count} {name}{'' if count == 1 else 's'}"
            return f"{words} ago" if seconds > 0 else f"in {words}"
    local = timezone.localtime(moment)
    year = "" if local.year == timezone.localtime(now).year else f" {local.year}"
    return f"{local.day} {local:%b}{year}"


def length(seconds: float) -> str:
    """Return a length of time with the one or two units that matter."""
    if seconds < 1:
        return f"{round(seconds * 1000)} ms"
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < MINUTE:
        return f"{round(seconds)} s"
    whole = round(seconds)
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s"
    return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"
