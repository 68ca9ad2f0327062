"""A throw-away PostgreSQL from the installed binaries: ``python -m tests.postgresql COMMAND ...`` runs a command on it.

The server listens on a Unix socket in a temporary folder only. Its binaries refuse root, so that root starts it as
another user.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.prerequisites import apt_install

DEBIAN = Path("/usr/lib/postgresql")
UNPRIVILEGED = "nobody"


class NoPostgreSQL(Exception):
    """PostgreSQL's server binaries are not installed and cannot be installed."""


def binaries() -> Path:
    """Return the folder of ``initdb`` and ``pg_ctl``, installing Debian's package where this user may."""
    folder = _installed()
    if folder is None and apt_install("postgresql"):
        folder = _installed()
    if folder is None:
        raise NoPostgreSQL("The tests on PostgreSQL need its server: install it (Debian: apt-get install postgresql).")
    return folder


@contextmanager
def cluster() -> Iterator[str]:
    """Start a fresh cluster and give the URL of its database; it is gone afterwards."""
    bin_dir = binaries()
    home = Path(tempfile.mkdtemp(prefix="slipway-pg-"))
    if os.geteuid() == 0:
        user = pwd.getpwnam(UNPRIVILEGED)
        os.chown(home, user.pw_uid, user.pw_gid)
    data = home / "data"
    _run(bin_dir / "initdb", "-D", data, "-U", "slipway", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-k {home} -c listen_addresses='' -c fsync=off -c max_connections=200"
    _run(bin_dir / "pg_ctl", "-D", data, "-w", "-l", home / "log", "-o", options, "start")
    try:
        yield f"postgresql://slipway@/postgres?host={home}"
    finally:
        _run(bin_dir / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def _installed() -> Path | None:
    folders = [path.parent for path in sorted(DEBIAN.glob("*/bin/initdb"))]
    found = shutil.which("initdb")
    return folders[-1] if folders else (Path(found).parent if found else None)


def _run(*command: object) -> None:
    prefix = ["setpriv", f"--reuid={UNPRIVILEGED}", "--clear-groups", "--"] if os.geteuid() == 0 else []
    arguments = [*prefix, *map(str, command)]
    # The server inherits the streams and would keep a pipe open for ever.
    done = subprocess.run(arguments, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {done.returncode}")


def main(command: list[str]) -> int:
    """Run ``command`` with ``DATABASE_URL`` of a fresh cluster; return its exit status."""
    try:
        with cluster() as url:
            return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode
    except NoPostgreSQL as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
