"""Fetching a file that somebody named by its address."""

from dataclasses import replace
from http import HTTPStatus

from apps.infra.egress.client import send_now
from apps.infra.egress.errors import AnswerRefused, RequestRefused
from apps.infra.egress.messages import OutRequest, OutResponse
from apps.infra.egress.policy import LONGEST_DEADLINE_S, MIB, MOST_REDIRECTS, Policy
from apps.infra.egress.urls import target_of

MOST_BYTES = 20 * MIB
SHORTEST_DEADLINE_S = 0.1


def download(
    url: str,
    *,
    policy: Policy,
    seconds: float = LONGEST_DEADLINE_S,
    most_bytes: int = MOST_BYTES,
    redirects: int = MOST_REDIRECTS,
    accept: str = "*/*",
) -> OutResponse:
    """Return the answer to a GET of ``url``, where ``policy`` allows it, within ``seconds`` and ``most_bytes``.

    Raises ``AnswerRefused`` for any status but 200 and any other ``EgressError`` for what did not arrive.
    """
    deadline = min(max(seconds, SHORTEST_DEADLINE_S), LONGEST_DEADLINE_S)
    bounds = replace(policy, deadline_s=deadline, max_raw=most_bytes, max_decoded=most_bytes, redirects=redirects)
    answer = send_now(OutRequest("GET", url, {"accept": accept}), policy=bounds)
    if answer.status != HTTPStatus.OK:
        raise AnswerRefused(answer.status, answer.headers.get("location", ""))
    if target_of(url).scheme == "https" and not answer.url.startswith("https://"):
        raise RequestRefused("The address redirected from https to http, where anybody on the way can change a file.")
    return answer


def without_query(url: str) -> str:
    """``url`` as it may be shown: queries often carry tokens, so only the names of its values stay."""
    plain, mark, query = url.partition("#")[0].partition("?")
    shown = [
        f"{name}=…" if is_named else "…" for name, is_named, _ in (pair.partition("=") for pair in query.split("&"))
    ]
    return plain + (mark and f"?{'&'.join(shown)}")
