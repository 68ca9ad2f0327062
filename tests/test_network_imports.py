"""One way out: no other code of ours can open a connection or start a process (T4)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

NETWORK = frozenset(
    "httpx2 httpcore2 httpx httpcore aiohttp requests urllib3 websockets h11 anyio trio socket socketserver ssl"
    " select selectors urllib.request urllib.robotparser http.client http.server ftplib smtplib imaplib telnetlib"
    " poplib nntplib xmlrpc asyncio.streams getaddrinfo".split()
)
PROCESSES = frozenset("subprocess multiprocessing pty asyncio.subprocess concurrent.futures.process ctypes".split())
CALLS = frozenset(
    "open_connection open_unix_connection create_connection create_datagram_endpoint start_server create_server"
    " getaddrinfo create_subprocess_exec create_subprocess_shell subprocess_exec subprocess_shell ProcessPoolExecutor"
    " popen posix_spawn posix_spawnp system forkpty execv execve execvp execvpe execl execle execlp spawnv spawnve"
    " spawnl".split()
)
# The explicit list. Folders end with a slash; each entry says why.
ALLOWED = {
    "apps/infra/egress/": NETWORK,  # the way out itself
    "apps/infra/egress/git_process.py": PROCESSES,  # git, told which address to call
    # Starts the sandboxed children and waits on their pipes; speaks to the forker over a pair of local sockets.
    "apps/infra/children/": PROCESSES | {"selectors", "socket"},
    "apps/infra/sandbox/forker.py": frozenset(("ctypes", "selectors", "socket")),  # the other end of that pair
    "apps/infra/jobs/worker.py": frozenset(("execv",)),  # becomes a fresh worker once it was taken over
    "apps/infra/management/commands/start.py": PROCESSES | {"socket"},  # starts everything, on ports that it finds free
    "apps/demo/management/commands/demo_apis.py": frozenset(("execve",)),  # becomes the server of the demo APIs
    "apps/core/static_build.py": PROCESSES,  # npm, at installation only
}


def forbidden(source: str, allowed: frozenset[str] = frozenset()) -> list[str]:
    """The forbidden names that ``source`` imports or calls, less ``allowed``."""
    found = [name for node in ast.walk(ast.parse(source)) for name in _names(node)]
    return sorted({name for name in found if not any(name == one or name.startswith(f"{one}.") for one in allowed)})


def _names(node: ast.AST) -> Iterator[str]:
    banned = NETWORK | PROCESSES
    for module in _imported(node):
        if any(module == one or module.startswith(f"{one}.") for one in banned):
            yield module
    if isinstance(node, ast.Attribute) and node.attr in CALLS and not _is_ours(node.value):
        yield node.attr


def _is_ours(value: ast.expr) -> bool:
    """``Actor.system(...)`` and ``services.create_connection(...)`` only bear the names of what is forbidden."""
    return isinstance(value, ast.Name) and value.id in ("Actor", "services")


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in (
        "import_module",
        "__import__",
    ):
        yield from (one.value for one in node.args[:1] if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _allowed_for(path: str) -> frozenset[str]:
    return frozenset().union(*(names for place, names in ALLOWED.items() if path.startswith(place)))


def test_nothing_but_the_listed_places_reaches_the_network_or_starts_processes():
    files = [file for folder in ("apps", "config") for file in (settings.BASE_DIR / folder).rglob("*.py")]
    broken = {}
    for file in files:
        path = file.relative_to(settings.BASE_DIR).as_posix()
        if names := forbidden(file.read_text(), _allowed_for(path)):
            broken[path] = names
    assert broken == {}


def test_the_list_stays_short_and_true():
    assert len(ALLOWED) <= 8
    assert [place for place in ALLOWED if not Path(settings.BASE_DIR, place).exists()] == []


@pytest.mark.parametrize(
    "source",
    [
        "import socket",
        "import socket as s",
        "from socket import create_connection",
        "def f():\n    import httpx2",
        "from urllib import request",
        "import urllib.request",
        "from http import client",
        "import asyncio\nasyncio.open_connection('x', 1)",
        "import asyncio.subprocess",
        "from asyncio import subprocess",
        "import os\nos.system('x')",
        "import importlib\nimportlib.import_module('requests')",
        "__import__('smtplib')",
        "from concurrent.futures import ProcessPoolExecutor\nimport concurrent.futures as c\nc.ProcessPoolExecutor()",
    ],
)
def test_each_way_around_is_found(source):
    assert forbidden(source)


def test_harmless_code_is_let_through():
    assert forbidden("import asyncio, json\nfrom urllib.parse import quote\nfrom http import HTTPStatus") == []
