"""The way out: the only code of Slipway that opens connections to other machines.

    answer = await send(OutRequest("GET", url, credential=credential), policy=policy)

Every address is checked as a number at the moment of connecting, the whole exchange has one deadline, answers have
size limits, and a secret leaves only towards the origins that were fixed with it.
"""

from apps.infra.egress.client import send, send_now
from apps.infra.egress.download import download, without_query
from apps.infra.egress.errors import (
    AnswerRefused,
    DeadlinePassed,
    DestinationRefused,
    EgressError,
    GitRefused,
    RequestRefused,
    SendFailed,
    TooLarge,
)
from apps.infra.egress.git import Checkout, checkout
from apps.infra.egress.git_names import checked_ref, repository_at
from apps.infra.egress.git_refs import RemoteRef, remote_ref
from apps.infra.egress.messages import Credential, OutRequest, OutResponse
from apps.infra.egress.policy import Allowance, Policy
from apps.infra.egress.redaction import Redactor, masked_headers
from apps.infra.egress.urls import Encoded, expand_url, origin_of

__all__ = [
    "Allowance",
    "AnswerRefused",
    "Checkout",
    "Credential",
    "DeadlinePassed",
    "DestinationRefused",
    "EgressError",
    "Encoded",
    "GitRefused",
    "OutRequest",
    "OutResponse",
    "Policy",
    "Redactor",
    "RemoteRef",
    "RequestRefused",
    "SendFailed",
    "TooLarge",
    "checked_ref",
    "checkout",
    "download",
    "expand_url",
    "masked_headers",
    "origin_of",
    "remote_ref",
    "repository_at",
    "send",
    "send_now",
    "without_query",
]
