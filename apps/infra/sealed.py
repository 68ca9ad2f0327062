"""Sealed values: key file -> data key of the owner -> AES-256-GCM bound to the row.

The key file lies beside the database, never in it. Without it Slipway starts and shows state, but opens nothing. Each
owner ("team" or "customer:<pk>") has a data key, kept wrapped by the file's key. ``bound_to`` names the row, so that a
sealed value that somebody moved to another row does not open there.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from apps.core.errors import Refused
from apps.infra.models import DataKey
from apps.infra.secret import Secret

__all__ = [
    "KeyMissing",
    "Secret",
    "UnsealRefused",
    "create_key_file",
    "fingerprint",
    "key_is_present",
    "seal",
    "unseal",
]

KEY_BYTES = 32
NONCE_BYTES = 12
FORMAT = b"\x01"
KEY_FILE_PREFIX = "slipway-key-1:"


class KeyMissing(Refused):
    """The key file is absent or unreadable: nothing can be sealed or opened until it is back."""

    def __init__(self) -> None:
        super().__init__(
            "Slipway is sealed: its key file is missing or unreadable, so credentials cannot be used. "
            "Put the file back where SLIPWAY_KEY_FILE says; nothing else needs to be done."
        )


class UnsealRefused(Refused):
    """The sealed value does not belong to this row, or was changed."""

    def __init__(self) -> None:
        super().__init__("This stored secret does not belong here or was changed, so it is not used. Enter it again.")


def create_key_file() -> Path:
    """Make the key file, readable by its owner only, unless there is one. Returns where it lies."""
    path = Path(settings.SLIPWAY_KEY_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = KEY_FILE_PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n"
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    _write_private(draft, content)
    try:
        # A link fails where a file exists: of two first starts at once, both go on with the same key.
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path


def key_is_present() -> bool:
    """True if the key file can be read: runs may start."""
    try:
        _file_key()
    except KeyMissing:
        return False
    return True


def seal(plaintext: str, *, scope: str, bound_to: str) -> bytes:
    """Encrypt ``plaintext`` for one row of one owner, whose data key is made at first use. Raises ``KeyMissing``."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    text = plaintext.encode("utf-8", "surrogatepass")
    return FORMAT + nonce + AESGCM(_data_key(scope)).encrypt(nonce, text, _associated(scope, bound_to))


def unseal(blob: bytes, *, scope: str, bound_to: str) -> Secret:
    """Open what ``seal`` made for exactly this owner and row. Raises ``KeyMissing`` or ``UnsealRefused``."""
    file_key = _file_key()
    row = DataKey.objects.filter(scope=scope).first()
    sealed = bytes(blob)
    if row is None or sealed[:1] != FORMAT:
        raise UnsealRefused
    text = _open(_unwrap(file_key, row), sealed[1:], _associated(scope, bound_to))
    return Secret(text.decode("utf-8", "surrogatepass"))


def fingerprint(secret: Secret) -> str:
    """Eight hex characters that tell two secrets apart and say nothing about them without the key file."""
    text = secret.reveal().encode("utf-8", "surrogatepass")
    key = hmac.digest(_file_key(), b"slipway fingerprint", hashlib.sha256)
    return hmac.digest(key, text, hashlib.sha256)[:4].hex()


def _data_key(scope: str) -> bytes:
    file_key = _file_key()
    row = DataKey.objects.filter(scope=scope).first()
    if row is None:
        wrapped = _wrap(file_key, secrets.token_bytes(KEY_BYTES), scope)
        row, _ = DataKey.objects.get_or_create(scope=scope, defaults={"wrapped": wrapped})
    return _unwrap(file_key, row)


def _wrap(file_key: bytes, data_key: bytes, scope: str) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(file_key).encrypt(nonce, data_key, _associated(scope, "data key"))


def _unwrap(file_key: bytes, row: DataKey) -> bytes:
    return _open(file_key, bytes(row.wrapped), _associated(row.scope, "data key"))


def _open(key: bytes, sealed: bytes, associated: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], associated)
    except (InvalidTag, ValueError):
        raise UnsealRefused from None


def _associated(scope: str, bound_to: str) -> bytes:
    """Lengths stand before the parts, so that no two (scope, row) pairs give the same bytes."""
    parts = [part.encode() for part in ("slipway", "v1", scope, bound_to)]
    return b"".join(len(part).to_bytes(4) + part for part in parts)


def _file_key() -> bytes:
    try:
        content = Path(settings.SLIPWAY_KEY_FILE).read_text("ascii").strip()
        key = base64.b64decode(content.removeprefix(KEY_FILE_PREFIX), validate=True)
    except (OSError, UnicodeDecodeError, binascii.Error):
        raise KeyMissing from None
    if not content.startswith(KEY_FILE_PREFIX) or len(key) != KEY_BYTES:
        raise KeyMissing
    return key


def _write_private(path: Path, content: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
