"""A document behind a URL, with the files beside it that it refers to; or an archive behind one."""

import re
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from apps.connectors.documents import SourceRefused
from apps.connectors.openapi.archives import kind_of
from apps.connectors.openapi.bundling import MOST_FILES
from apps.connectors.openapi.parcel import Parcel
from apps.connectors.openapi.problems import Problem
from apps.connectors.sources.given import Given
from apps.connectors.sources.policy import policy_of_sources
from apps.connectors.sources.reading import Reading, sized
from apps.infra.egress import DeadlinePassed, EgressError, OutResponse, Policy, download, without_query

ACCEPTED = "application/yaml, application/json, text/yaml, application/zip, application/gzip, */*;q=0.5"
WEB_PAGE = re.compile(rb"\s*<(!doctype html|html|head|body|\?xml)", re.IGNORECASE)
SAFE_IN_A_PATH = "/@!$&'()*+,;=~"


def from_url(given: Given, reading: Reading) -> dict[str, Any]:
    """Fetch what the URL answers now, and read it."""
    policy, url = policy_of_sources(), given.options["url"]
    reading.tell(f"Fetching {without_query(url)}.")
    answer = fetched(url, policy, reading)
    if without_query(answer.url) != without_query(url):
        reading.tell(f"It was redirected to {without_query(answer.url)}.")
    origin = {"kind": given.kind.value, "url": without_query(answer.url)}
    if kind := kind_of(answer.body):
        reading.tell(f"It is a {kind} archive.")
        return reading.packed(Parcel("archive", given.entry, {"": answer.body}), origin)
    _check_is_no_page(answer.body)
    beside = _Beside(answer.url, policy, reading)
    return reading.files(beside.entry, answer.body, beside.fetch, origin)


def fetched(url: str, policy: Policy, reading: Reading, *, redirects: int = 3) -> OutResponse:
    """One file. Raises ``SourceRefused``."""
    started = time.monotonic()
    try:
        answer = download(url, policy=policy, seconds=reading.seconds_left, redirects=redirects, accept=ACCEPTED)
    except EgressError as error:
        mend = "Check the address, or download the file and upload it."
        raise SourceRefused([Problem(f"{without_query(url)}: {error.sentence}", mend=mend)]) from None
    reading.tell(f"Got {sized(len(answer.body))} in {time.monotonic() - started:.1f} s.")
    return answer


class _Beside:
    """The folder of a URL: files of it may be referred to, and nothing above or elsewhere."""

    def __init__(self, url: str, policy: Policy, reading: Reading) -> None:
        parts = urlsplit(url)
        folder, _, name = parts.path.rpartition("/")
        self.root = f"{parts.scheme}://{parts.netloc}{folder}/"
        self.entry = unquote(name) or "document"
        self._policy, self._reading = policy, reading
        self._count = 1

    def fetch(self, paths: Sequence[str]) -> tuple[dict[str, bytes], dict[str, str]]:
        found: dict[str, bytes] = {}
        missing: dict[str, str] = {}
        for path in paths:
            self._count += 1
            if self._count > MOST_FILES:
                raise SourceRefused([Problem(f"The document refers to more than {MOST_FILES} files.")])
            url = self.root + quote(path, safe=SAFE_IN_A_PATH)
            self._reading.tell(f"Fetching {url}.")
            try:
                seconds = self._reading.seconds_left
                found[path] = download(url, policy=self._policy, seconds=seconds, redirects=0).body
            except DeadlinePassed as late:
                raise SourceRefused([Problem(f"{url}: {late.sentence}", mend="Try again, or upload it.")]) from None
            except EgressError as error:
                missing[path] = f"could not be fetched: {error.sentence.rstrip('.')}"
        return found, missing


def _check_is_no_page(body: bytes) -> None:
    if WEB_PAGE.match(body[:500]):
        told = "The address answered with a web page, not with an OpenAPI document."
        raise SourceRefused([Problem(told, mend="Open it, and copy the address of the raw YAML or JSON file.")])
