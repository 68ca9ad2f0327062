"""Demo CRM's OAuth 2: a client gets a bearer token for its credentials (RFC 6749, section 4.4)."""

import base64
import binascii
import hmac
import secrets
from datetime import timedelta

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from apps.core import clock
from apps.demo import credentials, store
from apps.demo.api import Problem
from apps.demo.store import Store, stamp

LIFETIME = timedelta(minutes=5)


@require_POST
def token(request: HttpRequest) -> JsonResponse:
    """Give a token that is good for five minutes."""
    if not _is_known(*_client(request)):
        return _refusal(401, "invalid_client", "Client id or secret is wrong.")
    if request.POST.get("grant_type") != "client_credentials":
        return _refusal(400, "unsupported_grant_type", "Only client_credentials is offered.")
    value = secrets.token_urlsafe(24)
    with store.opened(writing=True) as opened:
        opened.db.execute("DELETE FROM token WHERE expires_at < ?", (stamp(),))
        opened.db.execute("INSERT INTO token VALUES (?, ?)", (value, stamp(clock.now() + LIFETIME)))
    granted = {"access_token": value, "token_type": "Bearer", "expires_in": int(LIFETIME.total_seconds())}
    return JsonResponse(granted, headers={"Cache-Control": "no-store"})


def authorise(request: HttpRequest, opened: Store) -> None:
    """Let in who brings a token that is still good. Raises Problem 401."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Problem(401, "Unauthorized", "Send a bearer token.", headers={"WWW-Authenticate": "Bearer"})
    good = opened.db.execute("SELECT 1 FROM token WHERE value = ? AND expires_at > ?", (value, stamp())).fetchone()
    if good is None:
        challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise Problem(401, "Unauthorized", "The token is unknown or has expired.", headers=challenge)


def _client(request: HttpRequest) -> tuple[str, str]:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return request.POST.get("client_id", ""), request.POST.get("client_secret", "")
    try:
        client_id, _, secret = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return client_id, secret


def _is_known(client_id: str, secret: str) -> bool:
    expected = f"{credentials.CRM_CLIENT_ID}:{credentials.CRM_CLIENT_SECRET}"
    return hmac.compare_digest(f"{client_id}:{secret}".encode(), expected.encode())


def _refusal(status: int, error: str, description: str) -> JsonResponse:
    return JsonResponse({"error": error, "error_description": description}, status=status)
