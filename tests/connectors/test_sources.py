"""Builds really fetch: from a URL, an archive or a git repository, and say what they got."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.connectors import services
from apps.connectors.documents import SourceRefused
from apps.connectors.models import Build, Connector, ConnectorVersion
from apps.connectors.sources import Given, compiled_source
from apps.connectors.sources.repository import archive_url
from tests.connectors.hostile import DOCUMENT, tar_of, zip_of
from tests.connectors.places import Web, allow, web
from tests.factories import connectors as make
from tests.infra.git_server import GitServer, git_server
from tests.infra.listener import answer

type Login = Callable[[User], Client]
SOURCE = "/connectors/orders-api/v1/source/"
SPLIT = DOCUMENT.replace(b"{type: object}", b"{$ref: 'schemas/new%20order.yaml#/Order'}")
ORDER = b"Order: {type: object, properties: {parent: {$ref: '#/Order'}}}"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing stays where temporary files go."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert list(folder.iterdir()) == []


@pytest.fixture
def site(db: None) -> Iterator[Web]:
    """A web server that builds may call."""
    with web() as found:
        allow(found.listener.port)
        yield found


@pytest.fixture
def repositories(db: None, tmp_path: Path) -> Iterator[GitServer]:
    """A git server that builds may call."""
    root = tmp_path / "repositories"
    root.mkdir()
    with git_server(root) as found:
        allow(found.listener.port)
        yield found


def text(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return " ".join(content.decode().split())


def version_from(given: Given) -> ConnectorVersion:
    version = make.connector().versions.get()
    return services.give_source(by=make.SETUP, version=version, given=given)


def compiled(version: ConnectorVersion) -> tuple[dict[str, object], list[str]]:
    """Where the document came from, and the log."""
    log: list[str] = []
    found = compiled_source(ConnectorVersion.objects.get(pk=version.pk), tell=log.append)
    assert sorted(found) == ["document", "findings", "operations", "origin"]
    return found["origin"], log


def test_a_build_fetches_a_url_and_the_files_beside_it(site: Web) -> None:
    site.files |= {"api/openapi.yaml": SPLIT, "api/schemas/new%20order.yaml": ORDER}
    version = version_from(Given.address(site.url("api/openapi.yaml?token=secret-1")))

    origin, log = compiled(version)

    assert {key: origin[key] for key in ("kind", "url", "entry", "files")} == {
        "kind": "url",
        "url": site.url("api/openapi.yaml?token=…"),
        "entry": "openapi.yaml",
        "files": ["openapi.yaml", "schemas/new order.yaml"],
    }
    assert site.asked == ["/api/openapi.yaml?token=secret-1", "/api/schemas/new%20order.yaml"]
    assert "secret-1" not in "".join(log)
    assert log[0] == f"Fetching {site.url('api/openapi.yaml?token=…')}."
    assert any("One document of 2 files" in line for line in log)


def test_every_build_fetches_anew_and_an_old_build_stays(site: Web) -> None:
    site.files["openapi.yaml"] = DOCUMENT
    version = version_from(Given.address(site.url("openapi.yaml")))
    first = services.build_version(by=make.SETUP, version=version)
    before = (first.digest, first.document.content, first.origin)

    site.files["openapi.yaml"] = DOCUMENT.replace(b"createOrder", b"addOrder")
    second = services.build_version(by=make.SETUP, version=version)

    assert Build.objects.count() == 2
    first.refresh_from_db()
    assert (first.digest, first.document.content, first.origin) == before
    assert second.origin["sha256"] != first.origin["sha256"]
    site.files["openapi.yaml"] = DOCUMENT
    assert services.build_version(by=make.SETUP, version=version) == first


def test_redirects_are_followed_and_told(site: Web) -> None:
    site.files |= {"new/openapi.yaml": SPLIT, "new/schemas/new%20order.yaml": ORDER}
    site.files["old"] = answer(b"", "Location: /new/openapi.yaml", status="302 Found")

    origin, log = compiled(version_from(Given.address(site.url("old"))))

    assert origin["url"] == site.url("new/openapi.yaml")
    assert f"It was redirected to {site.url('new/openapi.yaml')}." in log


@pytest.mark.parametrize("pack", [zip_of, tar_of], ids=["zip", "tar.gz"])
def test_an_archive_is_known_by_its_content(site: Web, pack: Callable[..., bytes]) -> None:
    archive = pack([("api/openapi.yaml", SPLIT), ("api/schemas/new order.yaml", ORDER), ("README.md", b"hello")])
    site.files["download"] = archive
    fetched, _ = compiled(version_from(Given.address(site.url("download"))))
    version = ConnectorVersion.objects.get()
    services.give_source(by=make.SETUP, version=version, given=Given.packed(archive, name="api.zip", entry=""))

    uploaded, log = compiled(version)

    files = ["api/openapi.yaml", "api/schemas/new order.yaml"]
    assert (fetched["files"], uploaded["files"], uploaded["name"]) == (files, files, "api.zip")
    assert fetched["sha256"] == uploaded["sha256"]
    assert log[0].startswith("Unpacking api.zip (")


def test_a_build_fetches_a_repository_and_follows_its_files(repositories: GitServer) -> None:
    main = SPLIT.replace(b"schemas/", b"../schemas/")
    commit = repositories.repository({"api/openapi.yaml": main, "schemas/new order.yaml": ORDER, "x.py": "x"})
    version = version_from(Given.repository(repositories.url(), ref="main", entry="api/openapi.yaml"))

    origin, log = compiled(version)

    assert {key: origin[key] for key in ("repository", "ref", "commit", "entry", "files")} == {
        "repository": repositories.url(),
        "ref": "main",
        "commit": commit,
        "entry": "api/openapi.yaml",
        "files": ["api/openapi.yaml", "schemas/new order.yaml"],
    }
    assert f"It stands at commit {commit}." in log


def test_a_branch_moves_between_builds(repositories: GitServer) -> None:
    first = repositories.repository({"openapi.yaml": DOCUMENT})
    version = version_from(Given.repository(repositories.url()))
    assert compiled(version)[0]["commit"] == first

    second = repositories.repository({"openapi.yaml": DOCUMENT.replace(b"createOrder", b"addOrder")})

    assert compiled(version)[0]["commit"] == second


@pytest.mark.parametrize(
    ("repository", "archive"),
    [
        ("https://github.com/acme/api.git", "https://codeload.github.com/acme/api/tar.gz/abc"),
        ("https://gitlab.com/a/b/api", "https://gitlab.com/a/b/api/-/archive/abc/api-abc.tar.gz"),
        (
            "https://gitlab.acme.example:8443/a/api.git",
            "https://gitlab.acme.example:8443/a/api/-/archive/abc/api-abc.tar.gz",
        ),
        ("https://bitbucket.org/acme/api", "https://bitbucket.org/acme/api/get/abc.tar.gz"),
        ("https://codeberg.org/acme/api", "https://codeberg.org/acme/api/archive/abc.tar.gz"),
        ("https://gitea.acme.example/acme/api.git", "https://gitea.acme.example/acme/api/archive/abc.tar.gz"),
        ("https://git.acme.example/acme/api.git", ""),
        ("https://github.com.evil.example/acme/api", ""),
    ],
)
def test_hosts_that_offer_archives_are_known(repository: str, archive: str) -> None:
    assert archive_url(repository, "abc") == archive


def test_bea_chooses_an_address_checks_it_and_builds(bea: User, login: Login, site: Web) -> None:
    make.connector()
    site.files["openapi.yaml"] = DOCUMENT
    client = login(bea)

    saved = client.post(SOURCE, {"kind": "url", "url": site.url("openapi.yaml")})
    assert (saved.status_code, saved["Location"], site.asked) == (303, SOURCE, [])
    page = text(client.get(SOURCE))
    assert "Builds of Orders API v1 fetch" in page
    assert f'value="{site.url("openapi.yaml")}"' in page
    checked = client.post(f"{SOURCE}check/")
    assert checked["Location"] == SOURCE
    assert "It can be built: 3 operations in 1 file. Nothing was changed." in text(client.get(SOURCE))
    assert Build.objects.count() == 0
    version = ConnectorVersion.objects.get()
    build = services.build_version(by=bea, version=version)

    page = text(client.get(SOURCE))
    assert build.origin["sha256"][:12] in page
    assert "Fetching again never changes a build or a release that exists." in page
    sentences = [event.sentence for event in AuditEvent.objects.filter(actor_name="Bea").order_by("pk")]
    assert sentences[0] == f"let builds of Orders API v1 fetch {site.url('openapi.yaml')}"


def test_bea_makes_connectors_from_everywhere(bea: User, login: Login, site: Web, repositories: GitServer) -> None:
    site.files["openapi.yaml"] = DOCUMENT
    repositories.repository({"api/crm.yaml": DOCUMENT})
    client = login(bea)
    archive = SimpleUploadedFile("api.zip", zip_of([("a/openapi.yaml", DOCUMENT)]))

    ways: dict[str, dict[str, Any]] = {
        "From a URL": {"kind": "url", "url": site.url("openapi.yaml")},
        "From git": {"kind": "git", "repository": repositories.url(), "ref": "main", "path": "api/crm.yaml"},
        "From a zip": {"kind": "archive", "archive": archive},
        "From a text": {"kind": "document", "text": DOCUMENT.decode()},
    }

    for name, given in ways.items():
        made = client.post("/connectors/new/", {"name": name, **given})
        assert made.status_code == 303, text(made)
        version = ConnectorVersion.objects.get(connector__name=name)
        assert version.source_kind == given["kind"]
        assert version.development_server == "https://api.shop.example/v1"
        assert services.build_version(by=bea, version=version).operation_count == 3


def test_another_document_of_the_same_archive_may_be_chosen(bea: User, login: Login) -> None:
    make.connector()
    client = login(bea)
    other = DOCUMENT.replace(b"createOrder", b"addOrder")
    archive = SimpleUploadedFile("api.zip", zip_of([("one.yaml", DOCUMENT), ("two.yaml", other)]))

    asked = client.post(SOURCE, {"kind": "archive", "archive": archive})
    assert asked.status_code == 422
    assert "Name the file of the document: one.yaml, two.yaml." in text(asked)
    archive.seek(0)
    client.post(SOURCE, {"kind": "archive", "archive": archive, "archive_entry": "one.yaml"})
    assert compiled(ConnectorVersion.objects.get())[0]["entry"] == "one.yaml"
    assert client.post(SOURCE, {"kind": "archive", "archive_entry": "two.yaml"}).status_code == 303

    assert compiled(ConnectorVersion.objects.get())[0]["entry"] == "two.yaml"


def test_the_next_version_fetches_from_the_same_place(site: Web) -> None:
    site.files["openapi.yaml"] = DOCUMENT
    version = version_from(Given.address(site.url("openapi.yaml")))

    copy = services.add_version(by=make.SETUP, connector=version.connector)

    assert compiled(copy)[0]["url"] == site.url("openapi.yaml")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "url"}, "Fill this in"),
        ({"kind": "url", "url": "ftp://example.com/x"}, "This is not an address that can be fetched"),
        ({"kind": "url", "url": "https://me:secret@example.com/x"}, "This is not an address that can be fetched"),
        ({"kind": "url", "url": "file:///etc/passwd"}, "This is not an address that can be fetched"),
        ({"kind": "git"}, "Fill this in"),
        ({"kind": "git", "repository": "ext::sh -c id"}, "is not an address that Slipway clones from"),
        ({"kind": "git", "repository": "--upload-pack=id"}, "is not an address that Slipway clones from"),
        ({"kind": "git", "repository": "git@example.com:a/b"}, "is not an address that Slipway clones from"),
        ({"kind": "git", "repository": "ssh://git@example.com/a"}, "is not an address that Slipway clones from"),
        ({"kind": "git", "repository": "http://example.com/a.git"}, "over https only"),
        (
            {"kind": "git", "repository": "https://example.com/a", "ref": "--upload-pack=x"},
            "is not a name that a branch",
        ),
        (
            {"kind": "git", "repository": "https://example.com/a", "path": "../../etc/passwd"},
            "Write the path of a file",
        ),
        ({"kind": "git", "repository": "https://example.com/a", "path": "/etc/passwd"}, "Write the path of a file"),
        ({"kind": "archive"}, "Fill this in"),
        ({"kind": "archive", "archive": b"hello"}, "neither a zip nor a tar.gz"),
        ({"kind": "document", "file": zip_of([("openapi.yaml", DOCUMENT)])}, "This is an archive."),
        ({"kind": "floppy", "text": "x"}, "floppy is not one of the available choices"),
    ],
)
def test_bad_shapes_are_told_at_once(bea: User, login: Login, given: dict[str, object], words: str) -> None:
    make.connector()
    before = ConnectorVersion.objects.get().source_digest
    files = {
        key: SimpleUploadedFile("upload", value) if isinstance(value, bytes) else value for key, value in given.items()
    }

    answered = login(bea).post(SOURCE, files)

    assert answered.status_code == 422
    assert words in text(answered)
    assert ConnectorVersion.objects.get().source_digest == before


def test_a_place_that_fails_makes_no_connector(bea: User, login: Login, site: Web) -> None:
    answered = login(bea).post("/connectors/new/", {"kind": "url", "url": site.url("nothing.yaml")})

    assert answered.status_code == 422
    assert "The server answered 404 Not Found." in text(answered)
    assert Connector.objects.count() == 0


def test_looking_asks_for_the_right_and_changes_nothing(vera: User, bea: User, login: Login, site: Web) -> None:
    version = version_from(Given.address(site.url("nothing.yaml")))
    events = AuditEvent.objects.count()

    assert login(vera).post(f"{SOURCE}check/").status_code == 403
    assert login(bea).get(f"{SOURCE}check/").status_code == 405
    assert login(bea).post("/connectors/nothing/v1/source/check/").status_code == 404
    refused = login(bea).post(f"{SOURCE}check/")

    assert refused.status_code == 422
    assert "Nothing was changed" in text(refused)
    assert AuditEvent.objects.count() == events
    assert ConnectorVersion.objects.get().updated_at == version.updated_at


def test_without_an_exception_nothing_private_is_called(bea: User) -> None:
    with web() as site:
        site.files["openapi.yaml"] = DOCUMENT
        make.environment()
        version = version_from(Given.address(site.url("openapi.yaml")))

        with pytest.raises(SourceRefused, match="cannot be used") as refused:
            compiled(version)
        with pytest.raises(SourceRefused):
            services.create_connector(by=bea, given=Given.repository("https://127.0.0.1/x.git"), name="Other")

        assert "This destination is not allowed" in refused.value.problems[0]
        assert site.listener.connections == 0
