"""Settings of the tests: the real ones, with a data folder of their own and a quick password hash."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SLIPWAY_DATA_DIR", str(Path(tempfile.gettempdir()) / f"slipway-tests-{os.getuid()}"))

from config.settings import *  # noqa: F403 - the tests run on the real settings

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 - from the real settings
