"""Credentials at rest: bound to their row and owner, closed without the key file (T20, T21, T24)."""

import copy
import json
import pickle
import stat

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from apps.infra import sealed
from apps.infra.models import DataKey
from apps.infra.sealed import KeyMissing, Secret, UnsealRefused, fingerprint, seal, unseal

CLEO = {"scope": "customer:1", "bound_to": "v1:connection:7:customer:1:production:secret:1"}
VALUE = "tok-9f8e7d6c5b4a"


@pytest.fixture
def key_file(settings, tmp_path):
    settings.SLIPWAY_KEY_FILE = tmp_path / "keys" / "slipway.key"
    return sealed.create_key_file()


@pytest.fixture
def blob(db, key_file):
    return seal(VALUE, **CLEO)


def test_what_was_sealed_opens_for_its_own_row(blob):
    assert unseal(blob, **CLEO).reveal() == VALUE
    assert unseal(memoryview(blob), **CLEO) == Secret(VALUE)
    assert VALUE.encode() not in blob
    assert seal(VALUE, **CLEO) != blob


@pytest.mark.parametrize("text", ["", "ключ 日本", "\ud800", "a\x00b\r\n" * 1000])
def test_any_text_can_be_sealed(db, key_file, text):
    assert unseal(seal(text, **CLEO), **CLEO).reveal() == text


@pytest.mark.parametrize(
    "elsewhere",
    [
        CLEO | {"bound_to": "v1:connection:8:customer:1:production:secret:1"},
        CLEO | {"bound_to": "v1:connection:7:customer:1:production:secret:2"},
        CLEO | {"scope": "customer:2"},
        CLEO | {"scope": "team"},
        CLEO | {"scope": "customer:9, without a key"},
    ],
)
def test_a_sealed_value_moved_to_another_row_or_owner_does_not_open(blob, elsewhere):
    seal("x", scope="customer:2", bound_to="x")
    seal("x", scope="team", bound_to="x")
    with pytest.raises(UnsealRefused):
        unseal(blob, **elsewhere)


def test_a_changed_value_does_not_open(blob):
    for place in range(len(blob)):
        with pytest.raises(UnsealRefused):
            unseal(blob[:place] + bytes([blob[place] ^ 1]) + blob[place + 1 :], **CLEO)
    for length in range(len(blob)):
        with pytest.raises(UnsealRefused):
            unseal(blob[:length], **CLEO)


def test_data_keys_swapped_between_owners_do_not_open(blob):
    other = seal("x", scope="team", bound_to="x")
    cleo, team = DataKey.objects.get(scope="customer:1"), DataKey.objects.get(scope="team")
    DataKey.objects.filter(pk=cleo.pk).update(wrapped=team.wrapped)
    DataKey.objects.filter(pk=team.pk).update(wrapped=cleo.wrapped)
    with pytest.raises(UnsealRefused):
        unseal(blob, **CLEO)
    with pytest.raises(UnsealRefused):
        unseal(other, scope="team", bound_to="x")


def test_each_owner_has_one_data_key(blob):
    seal("again", **CLEO)
    seal("team", scope="team", bound_to="x")
    assert sorted(DataKey.objects.values_list("scope", flat=True)) == ["customer:1", "team"]


def test_without_the_key_file_nothing_opens_until_it_is_back(blob, key_file):
    away = key_file.rename(key_file.with_suffix(".away"))
    assert not sealed.key_is_present()
    for act in (lambda: unseal(blob, **CLEO), lambda: seal("x", **CLEO), lambda: fingerprint(Secret("x"))):
        with pytest.raises(KeyMissing, match="SLIPWAY_KEY_FILE"):
            act()
    away.rename(key_file)
    assert unseal(blob, **CLEO).reveal() == VALUE


@pytest.mark.parametrize("content", ["", "nonsense", "slipway-key-1:AAAA", "slipway-key-1:!!", "ü"])
def test_a_broken_key_file_counts_as_missing(db, key_file, content):
    key_file.chmod(0o600)
    key_file.write_text(content)
    assert not sealed.key_is_present()


def test_another_key_file_opens_nothing(blob, key_file):
    key_file.unlink()
    sealed.create_key_file()
    with pytest.raises(UnsealRefused):
        unseal(blob, **CLEO)


def test_the_key_file_is_made_once_and_only_its_owner_reads_it(key_file):
    before = key_file.read_bytes()
    assert sealed.create_key_file() == key_file
    assert key_file.read_bytes() == before
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o400
    assert [file.name for file in key_file.parent.iterdir()] == ["slipway.key"]


def test_a_fingerprint_tells_secrets_apart_and_depends_on_the_key(key_file):
    first = fingerprint(Secret("one"))
    assert len(bytes.fromhex(first)) == 4
    assert first == fingerprint(Secret("one"))
    assert first != fingerprint(Secret("two"))
    key_file.unlink()
    sealed.create_key_file()
    assert first != fingerprint(Secret("one"))


def test_a_secret_shows_nothing_of_itself():
    secret = Secret(VALUE)
    shown = [str(secret), repr(secret), f"{secret}", f"{secret:>40}", "{} {!r}".format(*[secret] * 2), repr([secret])]
    assert VALUE not in "".join(shown)
    for refused in (
        lambda: json.dumps(secret),
        lambda: json.dumps({"a": secret}, cls=DjangoJSONEncoder),
        lambda: pickle.dumps(secret),
        lambda: hash(secret),
        lambda: [*secret],
        lambda: vars(secret),
        lambda: secret + "",
    ):
        with pytest.raises(TypeError) as error:
            refused()
        assert VALUE not in str(error.value)
    assert not hasattr(secret, "__dict__")


def test_a_secret_equals_only_an_equal_secret():
    assert Secret(VALUE) == copy.deepcopy(Secret(VALUE))
    assert Secret(VALUE) != Secret("other")
    assert Secret(VALUE) != VALUE
