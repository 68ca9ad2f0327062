"""People of the demo without a browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import httpx2

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@contextmanager
def signed_in(url: str, name: str) -> Iterator[httpx2.Client]:
    """Give a client in which a person of the demo is signed in."""
    with httpx2.Client(base_url=url, trust_env=False, headers={"Referer": f"{url}/"}, timeout=30) as client:
        post(client, f"/login/demo/{name}/", found_on="/login/")
        yield client


def post(client: httpx2.Client, path: str, *, found_on: str, **fields: str) -> httpx2.Response:
    """Send a form that stands on the page ``found_on``, with its hidden fields; the answer must be a redirect."""
    page = client.get(found_on, follow_redirects=True).text
    hidden = {name: unescape(value) for name, value in HIDDEN.findall(page)}
    assert "csrfmiddlewaretoken" in hidden, f"no form on {found_on}"
    answer = client.post(path, data={**hidden, **fields})
    assert answer.status_code in (302, 303), f"{answer.status_code} for {path}"
    return answer
