"""Bad input ends in a sentence (what, where, how to mend); the build that serves stays, and nothing is left on disk."""

import contextlib
import json
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.models import User
from apps.connectors import selectors, services
from apps.connectors.documents import SourceRefused
from apps.connectors.enums import SourceKind
from apps.connectors.models import Build, ConnectorVersion
from apps.connectors.sources import Given
from tests.connectors.hostile import ARCHIVES, DOCUMENT, zip_of
from tests.connectors.places import Web, allow, web
from tests.factories import connectors as make
from tests.infra.git_server import GitServer, git_server
from tests.infra.listener import answer, listening

type Login = Callable[[User], Client]
SOURCE = "/connectors/orders-api/v1/source/"
START = 'openapi: 3.0.3\ninfo: {title: A, version: "1"}\npaths:\n'
REFERS = START + "  /a: {get: {responses: {'200': {$ref: '%s'}}}}\n"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing stays where temporary files go."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert list(folder.iterdir()) == []


@pytest.fixture
def version(db: None) -> Iterator[ConnectorVersion]:
    """A version that serves; afterwards the same build serves still."""
    found = make.synced_version()
    serving = selectors.synced_build(found, make.environment())
    before = (serving.digest, serving.document.content)
    yield found
    now = selectors.synced_build(found, make.environment())
    assert (now, now.digest, now.document.content) == (serving, *before)
    assert Build.objects.count() == 1


@pytest.fixture
def site(version: ConnectorVersion) -> Iterator[Web]:
    """A web server that builds may call."""
    with web() as found:
        allow(found.listener.port)
        yield found


@pytest.fixture
def repositories(version: ConnectorVersion, tmp_path: Path) -> Iterator[GitServer]:
    """A git server that builds may call."""
    root = tmp_path / "repositories"
    root.mkdir()
    with git_server(root) as found:
        allow(found.listener.port)
        yield found


def text(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return " ".join(content.decode().split())


def bomb() -> str:
    """332 bytes that stand for megabytes."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    return START + "  /a: {}\n" + "\n".join(lines)


DOCUMENTS = {
    "a shopping list": ("- milk\n- bread\n", "line 1", "This is not an OpenAPI document"),
    "another format": ("asyncapi: 2.6.0\ninfo: {}\n", "line 1", "neither “openapi” nor “swagger” names a version"),
    "a future version": ("openapi: 4.0.0\n", "line 1", "OpenAPI 3.0, 3.1 and Swagger 2.0 are understood."),
    "no operation": (START + "  {}\n", "", "describes no operation"),
    "JSON cut off": (json.dumps({"openapi": "3.0.3", "paths": {"/a": {}}}, indent=1)[:40], "line ", "This is not JSON"),
    "YAML cut off": (START + "  /a: {get: {responses: {'200'", "line 5", "This cannot be read as YAML"),
    "empty": ("  \n ", "", "Choose a file or paste a document."),
    "aliases that multiply": (bomb(), "line ", "The document grows too large, aliases"),
    "deep brackets": (START + "  /a: " + "[" * 50_000, "line 4", "nested deeper than 100 levels"),
    "deep JSON": ('{"openapi": ' + "[" * 50_000, "", "Brackets are nested too deep"),
    "deep YAML": (START + "\n".join(" " * n + f"k{n}:" for n in range(2, 200)), "line ", "nested deeper than 100"),
    "the same key twice": (START + "  /a: {}\n  /a: {}\n", "line 5", "stands twice"),
    "a file": (REFERS % "file:///etc/passwd", "line 4", "leaves the document"),
    "a web address": (REFERS % "http://127.0.0.1:9/x.yaml", "line 4", "leaves the document"),
    "a file beside it": (REFERS % "schemas/order.yaml", "line 4", "give its files as an archive"),
    "a tag of Python": ("!!python/object/apply:os.system ['id']", "", "cannot be read as YAML"),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_bad_document_is_refused_in_the_form(name: str, version: ConnectorVersion, bea: User, login: Login) -> None:
    given, place, words = DOCUMENTS[name]

    answered = login(bea).post(SOURCE, {"kind": "document", "text": given})

    assert answered.status_code == 422
    assert words in text(answered).replace("&#x27;", "'")
    assert place in text(answered)
    assert ConnectorVersion.objects.get().source_digest == version.source_digest


def test_twenty_five_megabytes_are_refused(version: ConnectorVersion, bea: User, login: Login) -> None:
    large = DOCUMENT + b"#" + b"x" * 25_000_000

    for kind, words in (
        ("document", "The file is larger than 20 MB."),
        ("archive", "The archive is larger than 20 MiB."),
    ):
        field = "file" if kind == "document" else "archive"
        answered = login(bea).post(SOURCE, {"kind": kind, field: SimpleUploadedFile("x.yaml", large)})
        assert (answered.status_code, words in text(answered)) == (422, True)


@pytest.mark.parametrize("name", ["zip climbs", "tar symlink", "zip bomb", "zip overlapping", "tar nested", "zip cut"])
def test_a_hostile_archive_is_refused_in_the_form(
    name: str, version: ConnectorVersion, bea: User, login: Login
) -> None:
    pack, words = ARCHIVES[name]

    answered = login(bea).post(SOURCE, {"kind": "archive", "archive": SimpleUploadedFile("api", pack())})

    assert answered.status_code == 422
    assert any(part in text(answered) for part in words.split("|"))
    assert ConnectorVersion.objects.get().source_kind == SourceKind.DOCUMENT


def refused(version: ConnectorVersion, given: Given) -> str:
    """What the build of that source says."""
    services.give_source(by=make.SETUP, version=version, given=given)
    with pytest.raises(SourceRefused) as found:
        services.build_version(by=make.SETUP, version=version)
    assert ConnectorVersion.objects.get().state == "build_failed"
    return "\n".join(found.value.problems)


PIECES = {
    "a web address": ("http://127.0.0.1:9/x.yaml", "leads to another place"),
    "a file": ("file:///etc/passwd", "leads to another place"),
    "an absolute path": ("/etc/passwd", "is an absolute path"),
    "outside": ("../secret.yaml", "leads out of the source's folder"),
    "outside, encoded": ("%2e%2e/secret.yaml", "leads out of the source's folder"),
    "nothing": ("missing.yaml", "missing.yaml"),
    "no such part": ("part.yaml#/nothing", "points to nothing in “part.yaml”"),
    "not YAML": ("broken.yaml", "broken.yaml, line 1"),
}


@pytest.mark.parametrize("name", PIECES)
@pytest.mark.parametrize("kind", ["url", "archive", "git"])
def test_a_reference_that_cannot_be_followed_is_named(
    name: str, kind: str, site: Web, repositories: GitServer, version: ConnectorVersion
) -> None:
    reference, words = PIECES[name]
    files = {
        "openapi.yaml": (REFERS % "middle.yaml").encode(),
        "middle.yaml": f'description: ok\nx: 1\nheaders: {{a: {{$ref: "{reference}"}}}}\n'.encode(),
        "part.yaml": b"a: 1",
        "broken.yaml": b"]",
    }
    if kind == "url":
        site.files |= files
        given = Given.address(site.url("openapi.yaml"))
    elif kind == "git":
        repositories.repository(files)
        given = Given.repository(repositories.url())
    else:
        # An archive is read at once, so the form says it.
        with pytest.raises(SourceRefused) as found:
            services.give_source(
                by=make.SETUP, version=version, given=Given.packed(zip_of(files.items()), name="a.zip", entry="")
            )
        assert words in found.value.problems[0]
        return

    told = refused(version, given)

    assert words in told
    if "broken" not in reference:
        assert "middle.yaml, line 3" in told


def _drip(peer: socket.socket, _request: str) -> None:
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    with contextlib.suppress(OSError):
        while not threading.Event().wait(0.05):
            peer.sendall(b".")


def test_a_url_that_drips_is_left_in_time(
    site: Web, version: ConnectorVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.connectors.sources.SECONDS", 1.0)
    site.files["openapi.yaml"] = _drip

    told = refused(version, Given.address(site.url("openapi.yaml")))

    assert "No complete answer came within" in told


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "The server answered 404 Not Found."),
        (answer(b"no", status="500 Oops"), "The server answered 500 Internal Server Error."),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "a web page, not with an OpenAPI document"),
        (answer(b"", "Location: http://127.0.0.1:9/x", status="302 Found"), "This destination is not allowed"),
        (answer(b"", "Location: http://169.254.169.254/latest", status="302 Found"), "This destination is not allowed"),
        (answer(b"", "Location: file:///etc/passwd", status="302 Found"), "This destination is not allowed"),
        (answer(b"", "Location: openapi.yaml", status="302 Found"), "redirected more than 3 times"),
        (answer(b"", length=10**12), "The answer is larger than 20 MiB"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b"PK\x03\x04 nothing", "The zip archive breaks off"),
    ],
)
def test_an_address_with_a_bad_answer_is_told(
    content: object, words: str, site: Web, version: ConnectorVersion
) -> None:
    if content is not None:
        site.files["openapi.yaml"] = content  # type: ignore[assignment]

    assert words in refused(version, Given.address(site.url("openapi.yaml")))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.1.2.3", "[::1]", "169.254.169.254", "2130706433"])
def test_a_private_address_is_refused_without_a_call(host: str, version: ConnectorVersion) -> None:
    with listening() as canary:
        address = f"http://{host}:{canary.port}/openapi.yaml"
        assert "This destination is not allowed" in refused(version, Given.address(address))
        assert canary.connections == 0


@pytest.mark.parametrize(
    ("name", "ref", "entry", "words"),
    [
        ("nothing", "main", "openapi.yaml", "There is no repository that everybody may read"),
        ("api", "nothing", "openapi.yaml", "The repository has no branch or tag “nothing”."),
        ("api", "0" * 40, "openapi.yaml", "git could not read the repository"),
        ("api", "main", "nothing.yaml", "There is no file “nothing.yaml”. Name the file of the document: "),
        ("api", "main", "passwd.yaml", "“passwd.yaml” is a symbolic link, which is never followed."),
        ("api", "main", "inside.yaml", "names “passwd.yaml”, which is a symbolic link"),
        ("api", "main", "linked/openapi.yaml", "“linked/openapi.yaml” is a symbolic link"),
    ],
)
def test_a_repository_that_cannot_be_used_is_told(
    name: str, ref: str, entry: str, words: str, repositories: GitServer, version: ConnectorVersion
) -> None:
    files = {"real/openapi.yaml": DOCUMENT, "inside.yaml": REFERS % "passwd.yaml"}
    repositories.repository(files, links={"passwd.yaml": "/etc/passwd", "linked": "real"})

    told = refused(version, Given.repository(repositories.url(name), ref=ref, entry=entry))

    assert words in told
    assert "root:" not in told
