"""The way out: the only code of Slipway that opens connections to other machines.

    answer = await send(OutRequest("GET", url, credential=credential), policy=policy)

Every address is checked as a number at the moment of connecting, the whole exchange has one deadline, answers have
size limits, and a secret leaves only towards the origins that were fixed with it.
"""

from apps.infra.egress.client import send, send_now
from apps.infra.egress.errors import (
    DeadlinePassed,
    DestinationRefused,
    EgressError,
    RequestRefused,
    SendFailed,
    TooLarge,
)
from apps.infra.egress.messages import Credential, OutRequest, OutResponse
from apps.infra.egress.policy import Allowance, Policy
from apps.infra.egress.redaction import Redactor, masked_headers
from apps.infra.egress.urls import Encoded, expand_url, origin_of

__all__ = [
    "Allowance",
    "Credential",
    "DeadlinePassed",
    "DestinationRefused",
    "EgressError",
    "Encoded",
    "OutRequest",
    "OutResponse",
    "Policy",
    "Redactor",
    "RequestRefused",
    "SendFailed",
    "TooLarge",
    "expand_url",
    "masked_headers",
    "origin_of",
    "send",
    "send_now",
]
