"""Archives of strangers: nothing of a hostile one is used, nothing is written, and each ends soon (T13)."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from apps.connectors.documents import SourceRefused, outlined_parcel
from apps.connectors.openapi.archives import kind_of
from apps.connectors.openapi.parcel import Parcel
from tests.connectors.hostile import ARCHIVES, DOCUMENT, NAME, tar_of, zip_of

FOLDERS = ("/tmp", "/etc", "/")  # noqa: S108 - watched, not used


@pytest.fixture(autouse=True)
def nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No file appears where temporary files go, nor where the hostile names point."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert list(folder.rglob("*")) == []
    assert [folder for folder in FOLDERS if list(Path(folder).glob("evil*"))] == []


def refused(archive: bytes, entry: str = "") -> SourceRefused:
    with pytest.raises(SourceRefused) as found:
        outlined_parcel(Parcel("archive", entry, {"": archive}))
    return found.value


def test_there_are_at_least_forty() -> None:
    assert len(ARCHIVES) >= 40


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_hostile_archive_is_refused_with_a_sentence(name: str) -> None:
    make, words = ARCHIVES[name]
    archive = make()
    started = time.monotonic()

    refusal = refused(archive)

    assert any(part in refusal.problems[0] for part in words.split("|")), refusal.problems
    assert refusal.findings[0].mend
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("pack", [zip_of, tar_of], ids=["zip", "tar.gz"])
@pytest.mark.parametrize(
    ("names", "entry", "chosen"),
    [
        ([NAME], "", NAME),
        (["README.md", "api/v1/swagger.json.txt", "api/openapi.yml"], "", "api/openapi.yml"),
        (["crm.yaml", "notes.txt"], "", "crm.yaml"),
        (["a/openapi.yaml", "a/b/openapi.yaml"], "", "a/openapi.yaml"),
        (["one.yaml", "two.yaml"], "two.yaml", "two.yaml"),
        (["__MACOSX/._openapi.yaml", "openapi.yaml", ".DS_Store"], "", "openapi.yaml"),
        (["schémas/openapi.yaml"], "./schémas/openapi.yaml", "schémas/openapi.yaml"),
    ],
)
def test_the_document_is_found(pack: Callable[..., bytes], names: list[str], entry: str, chosen: str) -> None:
    archive = pack([(name, DOCUMENT if name.endswith(("yaml", "yml")) else b"text") for name in names])

    answer = outlined_parcel(Parcel("archive", entry, {"": archive}))

    assert (answer["bundle"]["entry"], answer["bundle"]["files"]) == (chosen, [chosen])
    assert answer["operation_count"] == 3


def test_where_several_could_be_meant_it_asks() -> None:
    several = zip_of([("one.yaml", DOCUMENT), ("two.yaml", DOCUMENT), ("other.yaml", b"type: object")])

    assert refused(several).candidates == ("one.yaml", "two.yaml")
    assert refused(several, "x/one.yaml").candidates == ("one.yaml",)
    assert "There is no file “three.yaml”" in refused(several, "three.yaml").problems[0]
    assert refused(zip_of([("a.txt", b"x")])).problems[0].startswith("No file looks like an OpenAPI document.")


def test_what_an_archive_does_not_hold_is_named() -> None:
    main = DOCUMENT.replace(b"{type: object}", b"{$ref: schemas/order.yaml}")

    refusal = refused(zip_of([(NAME, main)]))

    assert refusal.problems[0].startswith("“schemas/order.yaml” is referred to, but not in the archive.")
    found = outlined_parcel(
        Parcel("archive", "", {"": zip_of([(NAME, main), ("schemas/order.yaml", b"type: object")])})
    )
    assert found["bundle"]["files"] == [NAME, "schemas/order.yaml"]


def packed_repository(*files: tuple[str, bytes]) -> bytes:
    return tar_of([(f"api-3f2a9c1/{name}", content) for name, content in files])


def test_a_packed_repository_may_hold_much_else() -> None:
    main = DOCUMENT.replace(b"{type: object}", b"{$ref: ../schemas/order.yaml}")
    others = [(f"src/file{number}.py", random.Random(number).randbytes(600)) for number in range(1_000)]
    files = [
        *others,
        ("api/openapi.yaml", main),
        ("schemas/order.yaml", b"$ref: deep/order.yaml"),
        ("weird\\name", b""),
    ]
    archive = packed_repository(*files, ("schemas/deep/order.yaml", b"type: object"))

    for entry in ("api/openapi.yaml", ""):
        answer = outlined_parcel(Parcel("repository", entry, {"": archive}))
        assert answer["bundle"]["files"] == ["api/openapi.yaml", "schemas/order.yaml", "schemas/deep/order.yaml"]


def test_kinds_are_known_by_content() -> None:
    assert [kind_of(each) for each in (zip_of([]), zip_of([(NAME, b"")]), tar_of([]), DOCUMENT, b"")] == [
        "zip",
        "zip",
        "tar.gz",
        "",
        "",
    ]
