"""The key that signs sessions, made once for an installation that sets none."""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def secret_key(data_dir: Path) -> str:
    """Return the key kept in ``data_dir``; the first of several processes that start together makes it."""
    path = data_dir / "secret_key"
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_text(get_random_secret_key())
        fresh.chmod(0o600)
        _keep_first(fresh, path)
    return path.read_text().strip()


def _keep_first(fresh: Path, path: Path) -> None:
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        return
    finally:
        fresh.unlink()
