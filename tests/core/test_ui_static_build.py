"""The look is fetched once, quickly, and only what pages use."""

from pathlib import Path

import pytest
from django.conf import settings

from apps.core import static_build

KNOWN = frozenset({"plus", "history", "heart-filled", "card"})


def _project(folder: Path, *, template: str = "", python: str = "") -> Path:
    (folder / "templates").mkdir()
    (folder / "apps").mkdir()
    (folder / "templates" / "page.html").write_text(template)
    (folder / "apps" / "states.py").write_text(python)
    return folder


def test_icons_are_found_where_tags_and_python_name_them(tmp_path: Path) -> None:
    root = _project(
        tmp_path,
        template='<div class="card">{% icon "plus" %}{% button "Like" icon="heart-filled" %}</div>',
        python='LIVE = ("Live", "history")',
    )
    assert static_build.icons_used(root, KNOWN) == {"plus", "history", "heart-filled"}


def test_a_misspelt_icon_is_named_with_its_file(tmp_path: Path) -> None:
    root = _project(tmp_path, template='{% icon "pluss" %}')
    with pytest.raises(static_build.StaticBuildError, match=r"templates/page.html names an icon .*: pluss\."):
        static_build.icons_used(root, KNOWN)


def test_nothing_happens_when_nothing_changed() -> None:
    if not (settings.BASE_DIR / "node_modules").is_dir():
        pytest.skip("The packages are not installed yet; build_static installs them.")
    static_build.build(settings.BASE_DIR)
    assert static_build.build(settings.BASE_DIR) is False


def test_without_npm_the_wheel_is_fetched_or_the_way_out_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(static_build.shutil, "which", lambda _: None)
    monkeypatch.setattr(static_build.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(static_build.StaticBuildError, match="install Node 20 or newer"):
        static_build.npm(tmp_path)


def test_the_lock_file_carries_integrity_and_no_addresses() -> None:
    text = (settings.BASE_DIR / "package-lock.json").read_text()
    assert '"integrity": "sha512-' in text
    assert '"resolved"' not in text
