"""Finds or fetches what the tests need beside Python packages: a browser. Says in one sentence what cannot be had."""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """Return the path of an installed Chromium, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def apt_install(*packages: str) -> bool:
    """Install Debian packages where this user may. Returns whether it worked."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    commands = [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return all(
        subprocess.run(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        ).returncode
        == 0
        for command in commands
    )


def playwright_has_one() -> bool:
    """Tell whether Playwright's own Chromium is there and finds the libraries that it needs."""
    with sync_playwright() as playwright:
        try:
            playwright.chromium.launch(args=["--no-sandbox"]).close()
        except Error:
            return False
    return True


def playwright_install() -> bool:
    """Let Playwright fetch its own Chromium. Returns whether it worked."""
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600, check=False)
    return done.returncode == 0


def main() -> int:
    """Make sure that there is a browser."""
    if chromium() or playwright_has_one() or apt_install("chromium"):
        return 0
    if playwright_install() and playwright_has_one():
        return 0
    sys.stderr.write("The browser tests need Chromium: install it (Debian: apt-get install chromium) and try again.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
