"""What is kept of a call holds no secret of it, whatever the other side echoed (T23)."""

import base64
import json
from urllib.parse import quote, quote_plus

import pytest

from apps.infra.egress import Redactor, masked_headers
from apps.infra.secret import MASK, Secret

SECRETS = [
    "s3cr3t-value",
    'quo"te\\back/slash',
    "with space+plus&amp=1",
    "ünïcödé-ключ",
    "line\nbreak\ttab",
    "xoxb-123456789012",
    "4111111111111111",
    "p@ss:w0rd",
    "=====",
    "日本語のひみつ",
]


def echoes(secret: str) -> dict[str, str]:
    raw = secret.encode()
    return {
        "raw": f"token {secret} was wrong",
        "base64": base64.b64encode(raw).decode(),
        "basic": base64.b64encode(b"user:" + raw).decode(),
        "basic, other offset": base64.b64encode(b"u:" + raw + b":x").decode(),
        "url-safe": base64.urlsafe_b64encode(b"id:" + raw).decode(),
        "url": f"https://x/?k={quote(secret, safe='')}&z=1",
        "form": f"k={quote_plus(secret)}",
        "lower-case url": quote(secret, safe="").lower(),
        "json": json.dumps({"k": secret}),
        "json, unescaped": json.dumps({"k": secret}, ensure_ascii=False),
        "hex": raw.hex().upper(),
    }


@pytest.mark.parametrize("secret", SECRETS)
def test_no_spelling_of_a_secret_survives(secret):
    redactor = Redactor([Secret("other-secret"), Secret(secret)])
    for spelling, text in echoes(secret).items():
        cleaned = redactor.text(text)
        assert MASK in cleaned, spelling
        assert secret not in cleaned, spelling


def test_json_is_cleaned_in_keys_texts_and_numbers_and_else_left_alone():
    redactor = Redactor([Secret("4111111111111111"), Secret("abcdef")])
    dirty = {"abcdef": [1, "x abcdef", {"n": 4111111111111111}], "ok": [True, None, 1.5, "text"]}
    assert redactor.json(dirty) == {MASK: [1, f"x {MASK}", {"n": MASK}], "ok": [True, None, 1.5, "text"]}


def test_without_secrets_nothing_changes():
    assert Redactor([]).text("abc") == "abc"
    assert Redactor([Secret("")]).text("abc") == "abc"


def test_headers_that_carry_credentials_by_their_name_are_masked():
    headers = {
        "Authorization": "Bearer x",
        "X-Api-Key": "k",
        "Set-Cookie": "a=b",
        "Content-Type": "text/plain",
        "X": "sek-1",
    }
    assert masked_headers(headers) == {
        "Authorization": MASK,
        "X-Api-Key": MASK,
        "Set-Cookie": MASK,
        "Content-Type": "text/plain",
        "X": "sek-1",
    }
    assert Redactor([Secret("sek-1")]).headers(headers)["X"] == MASK
