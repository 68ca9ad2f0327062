"""Settings of the environment: a wrong one refuses to start and is named."""

from pathlib import Path

import pytest

from config.environment import BadEnvironment, read


def test_an_empty_environment_has_working_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    _only(monkeypatch)
    env = read()

    assert (env.port, env.demo, env.https, env.database_url) == (8000, False, False, "")
    assert env.key_file == env.data_dir / "slipway.key"


def test_what_is_set_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _only(monkeypatch, PORT="9000", SLIPWAY_DATA_DIR=str(tmp_path), SLIPWAY_DEMO="true", SLIPWAY_ALLOWED_HOSTS="a,b")
    env = read()

    assert (env.port, env.data_dir, env.demo, env.allowed_hosts) == (9000, tmp_path, True, ("a", "b"))


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("PORT", "eighty", "Not a valid integer"),
        ("PORT", "70000", "Expected a port from 1 to 65534"),
        ("DATABASE_URL", "mysql://x", "Expected postgresql://user:password@host:port/name"),
        ("SLIPWAY_JOBS_DATABASE_URL", "mysql://x", "Expected postgresql://user:password@host:port/name"),
        ("SLIPWAY_LOG_LEVEL", "loud", "Expected one of DEBUG, INFO, WARNING, ERROR"),
        ("SLIPWAY_DEMO", "perhaps", "Not a valid boolean"),
        ("SLIPWAY_WEB_THREADS", "0", "Must be greater than or equal to 1"),
        ("SLIPWAY_DATADIR", "elsewhere", "no such setting. Known are"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_expected(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, mend: str
) -> None:
    _only(monkeypatch, **{name: value})
    with pytest.raises(BadEnvironment) as error:
        read()

    assert f"  {name}: " in str(error.value)
    assert mend in str(error.value)


def test_all_wrong_settings_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    _only(monkeypatch, PORT="x", SLIPWAY_COLOUR="red", SLIPWAY_HTTPS="maybe")
    with pytest.raises(BadEnvironment) as error:
        read()

    assert all(name in str(error.value) for name in ("PORT", "SLIPWAY_COLOUR", "SLIPWAY_HTTPS"))


def _only(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name in ("PORT", "DATABASE_URL", "SLIPWAY_DATA_DIR", "SLIPWAY_JOBS_DATABASE_URL", "SLIPWAY_DEMO"):
        monkeypatch.delenv(name, raising=False)
    for name, value in values.items():
        monkeypatch.setenv(name, value)
