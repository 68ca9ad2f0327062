"""The retry policy of a ``try``: when to try again, and after how long."""

import random
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apps.runs.interpreter.problems import Unsupported
from apps.runs.interpreter.work import Work

LONGEST_DELAY_S = 30 * 86_400.0


class Retrying:
    """Counts the retries of one execution of one ``try``."""

    def __init__(self, work: Work, policy: Mapping[str, Any] | str | None) -> None:
        self.work = work
        self.policy: Mapping[str, Any] | None = work.reusable("retries", policy) if isinstance(policy, str) else policy
        self.retries = 0
        self.first_failed_at: datetime | None = None
        self._refuse_what_we_lack()

    async def again(self, failed: Work) -> bool:
        """Wait for the delay and return True, or return False where the policy has no further retry."""
        if self.policy is None or not await _is_wanted(self.policy, failed):
            return False
        self.first_failed_at = self.first_failed_at or self.work.effects.now()
        delay = self._delay_s(self.policy)
        if self._is_over_limit(self.policy.get("limit") or {}, delay):
            return False
        self.retries += 1
        if delay:
            await self.work.effects.wait(self.work.step, delay)
        return True

    def _delay_s(self, policy: Mapping[str, Any]) -> float:
        delay = self.work.seconds_of(policy["delay"]) if "delay" in policy else 0.0
        backoff = policy.get("backoff") or {}
        if "linear" in backoff:
            delay *= self.retries + 1
        if "exponential" in backoff:
            delay *= 2.0 ** min(self.retries, 40)
        return min(delay + self._jitter_s(policy.get("jitter")), LONGEST_DELAY_S)

    def _jitter_s(self, jitter: Mapping[str, Any] | None) -> float:
        if not jitter:
            return 0.0
        step = self.work.step
        # Seeded by run, place and number: spread between runs, the same on a replay.
        dice = random.Random(f"{self.work.run.run_id} {step.path} {step.attempt} {self.retries}")  # noqa: S311
        return dice.uniform(self.work.seconds_of(jitter["from"]), self.work.seconds_of(jitter["to"]))

    def _is_over_limit(self, limit: Mapping[str, Any], delay: float) -> bool:
        count = (limit.get("attempt") or {}).get("count")
        if count is not None and self.retries >= count:
            return True
        if "duration" not in limit or self.first_failed_at is None:
            return False
        past = (self.work.effects.now() - self.first_failed_at).total_seconds()
        return past + delay > self.work.seconds_of(limit["duration"])

    def _refuse_what_we_lack(self) -> None:
        if "duration" in (((self.policy or {}).get("limit") or {}).get("attempt") or {}):
            raise Unsupported("“retry.limit.attempt.duration”", self.work.scope.reference)


async def _is_wanted(policy: Mapping[str, Any], failed: Work) -> bool:
    if "when" in policy and not await failed.evaluator.condition(policy["when"], failed.data):
        return False
    return "exceptWhen" not in policy or not await failed.evaluator.condition(policy["exceptWhen"], failed.data)
