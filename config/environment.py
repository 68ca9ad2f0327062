"""The settings that the environment gives, read once and typed.

A variable that is misspelt or holds a bad value refuses to start and is named, so that no installation runs on a
setting that its operator only believes to have made.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from environs import Env, EnvValidationError, validate

BASE_DIR = Path(__file__).resolve().parent.parent
PREFIX = "SLIPWAY_"
POSTGRESQL = validate.Regexp(r"$|postgres(ql)?://", error="Expected postgresql://user:password@host:port/name.")
LOG_LEVEL = validate.OneOf(("DEBUG", "INFO", "WARNING", "ERROR"), error="Expected one of {choices}.")


class BadEnvironment(SystemExit):
    """Slipway does not start; the text names each setting and how to mend it."""


@dataclass(frozen=True, kw_only=True)
class FromEnvironment:
    """Everything an operator can set.

    ``port``: of the web server; the demo APIs listen on the next one. ``data_dir``: databases, keys and static files.
    ``database_url``: PostgreSQL instead of SQLite in ``data_dir``. ``jobs_database_url``: the same for DBOS;
    without it DBOS has a schema of its own in ``database_url``. ``demo``: one-click sign-in, demo APIs reachable.
    ``https``: secure cookies, HSTS and redirects.
    """

    port: int
    data_dir: Path
    database_url: str
    jobs_database_url: str
    secret_key: str
    key_file: Path
    debug: bool
    demo: bool
    https: bool
    allowed_hosts: tuple[str, ...]
    trusted_origins: tuple[str, ...]
    web_threads: int
    log_level: str


def read(environ: Mapping[str, str] | None = None) -> FromEnvironment:
    """Read and check the environment. Raises ``BadEnvironment`` naming every setting that is wrong."""
    environ = os.environ if environ is None else environ
    problems = _unknown(environ)
    env = Env(eager=False)
    values = _values(env)
    try:
        env.seal()
    except EnvValidationError as error:
        problems += _texts(error)
    if problems:
        raise BadEnvironment("Slipway does not start:\n" + "\n".join(f"  {problem}" for problem in problems))
    return values


def _values(env: Env) -> FromEnvironment:
    data_dir = env.path(f"{PREFIX}DATA_DIR", default=BASE_DIR / "data") or BASE_DIR / "data"
    return FromEnvironment(
        port=env.int("PORT", default=8000, validate=validate.Range(1, 65534, error="Expected a port from 1 to 65534.")),
        data_dir=data_dir,
        database_url=env.str("DATABASE_URL", default="", validate=POSTGRESQL),
        jobs_database_url=env.str(f"{PREFIX}JOBS_DATABASE_URL", default="", validate=POSTGRESQL),
        secret_key=env.str(f"{PREFIX}SECRET_KEY", default=""),
        key_file=env.path(f"{PREFIX}KEY_FILE", default=data_dir / "slipway.key"),
        debug=env.bool(f"{PREFIX}DEBUG", default=False),
        demo=env.bool(f"{PREFIX}DEMO", default=False),
        https=env.bool(f"{PREFIX}HTTPS", default=False),
        allowed_hosts=tuple(env.list(f"{PREFIX}ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])),
        trusted_origins=tuple(env.list(f"{PREFIX}TRUSTED_ORIGINS", default=[])),
        web_threads=env.int(f"{PREFIX}WEB_THREADS", default=8, validate=validate.Range(1, 64)),
        log_level=env.str(f"{PREFIX}LOG_LEVEL", default="INFO", validate=LOG_LEVEL),
    )


KNOWN = frozenset(
    PREFIX + name
    for name in (
        "DATA_DIR JOBS_DATABASE_URL SECRET_KEY KEY_FILE DEBUG DEMO HTTPS "
        "ALLOWED_HOSTS TRUSTED_ORIGINS WEB_THREADS LOG_LEVEL"
    ).split()
)


def _texts(error: EnvValidationError) -> list[str]:
    messages = error.error_messages
    if not isinstance(messages, Mapping):
        return [str(message) for message in messages]
    return [f"{name}: {' '.join(texts)}" for name, texts in messages.items()]


def _unknown(environ: Mapping[str, str]) -> list[str]:
    known = ", ".join(sorted(KNOWN))
    return [
        f"{name}: no such setting. Known are {known}."
        for name in sorted(environ)
        if name.startswith(PREFIX) and name not in KNOWN
    ]
