"""Secrets of connections, opened for the length of one call."""

import base64
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from apps.connectors.calls.plan import CallPlan, CallRefused
from apps.connectors.enums import Scheme
from apps.connectors.models import Connection
from apps.infra import sealed
from apps.infra.egress import Credential, OutRequest, OutResponse, Policy, Redactor, send
from apps.infra.secret import Secret

# A token is not used in its last seconds: it might end on the way.
SPARE_S = 15.0
DEFAULT_LIFETIME_S = 300.0
OK = 200


@dataclass(frozen=True, slots=True)
class Material:
    """A connection as one call needs it. Never stored, never printed: the secret masks itself."""

    connection_id: int
    fields: Mapping[str, str]
    secret: Secret
    allowed_origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a call carries. ``secrets`` is everything that must not be seen in what comes back."""

    credential: Credential | None
    secrets: tuple[Secret, ...] = ()
    from_cache: bool = False


class TokenRefused(Exception):
    """The API gave no token for these credentials: what was asked, what it said, and who knows the secrets in it."""

    def __init__(self, plan: CallPlan, answer: OutResponse, redactor: Redactor) -> None:
        super().__init__("no token")
        self.plan = plan
        self.answer = answer
        self.redactor = redactor


@dataclass(slots=True)
class _Tokens:
    """Access tokens in this process's memory, until they expire."""

    kept: dict[tuple[Any, ...], tuple[Secret, float]] = field(default_factory=dict)

    def get(self, key: tuple[Any, ...]) -> Secret | None:
        token, until = self.kept.get(key, (None, 0.0))
        return token if until > time.monotonic() else None

    def put(self, key: tuple[Any, ...], token: Secret, lifetime_s: float) -> None:
        now = time.monotonic()
        self.kept = {key: kept for key, kept in self.kept.items() if kept[1] > now}
        self.kept[key] = (token, now + lifetime_s - SPARE_S)

    def drop(self, key: tuple[Any, ...]) -> None:
        self.kept.pop(key, None)


_tokens = _Tokens()


def load_material(
    plan: CallPlan, *, connection_id: int | None, environment_id: int, customer_id: int | None
) -> Material | None:
    """Open the connection's secret, if it is the right one: of this connector, environment and owner.

    Raises ``CallRefused``, ``KeyMissing`` or ``UnsealRefused``.
    """
    if plan.scheme == Scheme.NONE:
        return None
    connection = Connection.objects.filter(pk=connection_id).first() if connection_id else None
    if connection is None:
        raise CallRefused("This call needs a connection, and none is bound.")
    expected = (plan.connector_id, environment_id, customer_id, plan.scheme)
    if (connection.connector_id, connection.environment_id, connection.customer_id, connection.scheme) != expected:
        raise CallRefused(f"The connection “{connection}” is not made for this call: it belongs elsewhere.")
    if not connection.sealed_secret:
        raise CallRefused(f"The connection “{connection}” has no secret yet: enter it first.")
    secret = sealed.unseal(connection.sealed_secret, scope=connection.seal_scope, bound_to=connection.seal_binding)
    origins = tuple(connection.allowed_origins)
    return Material(connection.pk, dict(connection.fields), secret, origins)


async def sign_in(plan: CallPlan, material: Material | None, policy: Policy) -> SignedIn:
    """Make what the call carries; OAuth 2 may take a call of its own. Raises ``TokenRefused`` or ``EgressError``."""
    if material is None:
        return SignedIn(None)
    if plan.scheme == Scheme.OAUTH2_CLIENT_CREDENTIALS:
        return await _with_token(plan, material, policy)
    secrets = (material.secret, *_basic_parts(plan, material))
    if plan.scheme == Scheme.API_KEY and "query" in plan.scheme_options:
        query = {plan.scheme_options["query"]: material.secret}
        return SignedIn(Credential(query=query, allowed_origins=material.allowed_origins), secrets)
    credential = Credential(headers=_headers(plan, material), allowed_origins=material.allowed_origins)
    return SignedIn(credential, secrets)


def forget_token(plan: CallPlan, material: Material) -> None:
    """The API refused the token: the next call asks for another."""
    _tokens.drop(_token_key(plan, material))


def _headers(plan: CallPlan, material: Material) -> dict[str, Secret]:
    if plan.scheme == Scheme.API_KEY:
        prefix = plan.scheme_options.get("prefix", "")
        value = f"{prefix} {material.secret.reveal()}" if prefix else material.secret.reveal()
        return {plan.scheme_options.get("header", "X-Api-Key"): Secret(value)}
    if plan.scheme == Scheme.BEARER:
        return {"authorization": Secret(f"Bearer {material.secret.reveal()}")}
    return {"authorization": Secret(f"Basic {_basic_parts(plan, material)[0].reveal()}")}


def _basic_parts(plan: CallPlan, material: Material) -> tuple[Secret, ...]:
    if plan.scheme != Scheme.BASIC:
        return ()
    pair = f"{material.fields.get('username', '')}:{material.secret.reveal()}"
    return (Secret(base64.b64encode(pair.encode()).decode()),)


async def _with_token(plan: CallPlan, material: Material, policy: Policy) -> SignedIn:
    key = _token_key(plan, material)
    kept = _tokens.get(key)
    token = kept or await _fresh_token(plan, material, policy)
    headers = {"authorization": Secret(f"Bearer {token.reveal()}")}
    credential = Credential(headers=headers, allowed_origins=material.allowed_origins)
    return SignedIn(credential, (material.secret, token), from_cache=kept is not None)


async def _fresh_token(plan: CallPlan, material: Material, policy: Policy) -> Secret:
    # RFC 6749, 2.3.1: both parts are form-encoded before they are joined.
    pair = f"{quote(material.fields.get('client_id', ''), safe='')}:{quote(material.secret.reveal(), safe='')}"
    packed = Secret(base64.b64encode(pair.encode()).decode())
    scope = plan.scheme_options.get("scope", "")
    form = "grant_type=client_credentials" + (f"&scope={quote(scope, safe='')}" if scope else "")
    request = OutRequest(
        "POST",
        plan.scheme_options.get("token_url", ""),
        {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"},
        form.encode(),
        Credential(
            headers={"authorization": Secret(f"Basic {packed.reveal()}")}, allowed_origins=material.allowed_origins
        ),
    )
    answer = await send(request, policy=policy)
    token, lifetime_s = _token_in(answer)
    if token is None:
        asked = replace(plan, method="POST", url=request.url, headers=dict(request.headers), body=form)
        raise TokenRefused(asked, answer, Redactor((material.secret, packed)))
    _tokens.put(_token_key(plan, material), token, lifetime_s)
    return token


def _token_in(answer: OutResponse) -> tuple[Secret | None, float]:
    try:
        data = answer.json() if answer.status == OK else None
    except ValueError:
        data = None
    if not isinstance(data, dict) or not isinstance(data.get("access_token"), str):
        if answer.status == OK:
            raise CallRefused("The token address answered without a token. Check the connector's token URL.")
        return None, 0.0
    lifetime = data.get("expires_in")
    lifetime_s = float(lifetime) if isinstance(lifetime, (int, float)) else DEFAULT_LIFETIME_S
    return Secret(data["access_token"]), lifetime_s


def _token_key(plan: CallPlan, material: Material) -> tuple[Any, ...]:
    # The secret's digest, not only the row's number: a token must never serve other credentials.
    digest = hashlib.sha256(material.secret.reveal().encode("utf-8", "surrogatepass")).digest()
    options = plan.scheme_options
    client_id = material.fields.get("client_id")
    return material.connection_id, client_id, digest, options.get("token_url"), options.get("scope")
