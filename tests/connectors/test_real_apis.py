"""APIs of the world, from their own documents to a call on the wire; a stand-in on this machine answers."""

import base64
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import HTTP
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from apps.connectors import selectors, services
from apps.connectors.calls import CallResult, perform_now, prepare_call
from apps.connectors.enums import Scheme
from apps.connectors.models import Connection, ConnectorVersion
from apps.deployments.plan import Target
from apps.deployments.services import deploy
from apps.environments.models import Environment
from apps.environments.services import allow_egress
from apps.releases import services as releases
from apps.runs.in_process import carry_out_now
from apps.runs.services import start_run
from apps.runs.states import RunState
from tests.connectors.stand_in import Asked, StandIn, standing_in
from tests.factories import connectors as make
from tests.factories.releases import a_template, the_draft

PNG = b"\x89PNG\r\n\x1a\n\x00\xff"
PET = {"id": 7, "name": "Rex", "status": "available", "photoUrls": []}
ANSWERS = {
    "GET /pet/7": PET,
    "GET /v2/pet/7": PET | {"id": 8},
    "POST /v1/files": {"id": "file_1"},
    "POST /v1/subscription_schedules": {"id": "sub_sched_1"},
    "POST /markdown/raw": "<h1>",
    "POST /repos/a/b/releases/1/assets": {"id": 1},
    "GET /pet/findByStatus": [PET],
    "GET /pet/findByTags": [PET],
    "POST /v1/customers": {"id": "cus_1"},
    "GET /v1/customers/cus_1": {"id": "cus_1"},
    "POST /v1/subscriptions": {"id": "sub_1"},
    "POST /2010-04-01/Accounts/AC1/Messages.json": {"sid": "SM1"},
    "POST /channels/5/messages": {"id": "9"},
    "GET /v1/me": {"handle": "bea"},
    "GET /user": {"login": "bea"},
}
ADOPTION = """\
document:
  dsl: '1.0.3'
  title: Adoption
  metadata:
    slipway:
      slots:
        pets: {connector: petstore, version: 1, title: Your pet shop}
input:
  schema:
    document:
      type: object
      properties:
        config:
          type: object
          required: [pet]
          properties:
            pet: {type: integer, title: Number of the pet}
do:
  - find:
      call: openapi
      with:
        document: {endpoint: connector://pets}
        operationId: getPetById
        parameters: {petId: '${ $workflow.input.config.pet }'}
  - tell:
      set: {sentence: '${ .name + " is " + .status }'}
"""


@pytest.fixture
def api() -> Iterator[StandIn]:
    """What answers in place of the real API."""
    with standing_in(ANSWERS) as found:
        yield found


@pytest.fixture
def place(db: None, api: StandIn) -> Environment:
    """An environment from which the stand-in may be called."""
    environment = make.environment("Development")
    allow_egress(by=make.SETUP, environment=environment, host="127.0.0.1", port=api.port, reason="The stand-in")
    return environment


def synced(shared: Path, api: StandIn, file: str, scheme: Scheme | None = None, **options: str) -> ConnectorVersion:
    """A connector of a real document, whose server is the stand-in."""
    source = (shared / "openapi" / file).read_text(encoding="utf-8")
    version = services.create_connector(
        by=make.SETUP, source=source, name=file.split("/", maxsplit=1)[0]
    ).versions.get()
    version = services.configure_servers(
        by=make.SETUP, version=version, development_server=api.url, production_server=api.url
    )
    if scheme:
        version = services.configure_scheme(by=make.SETUP, version=version, scheme=scheme, options=options)
    return make.synced(version)


def connected(version: ConnectorVersion, place: Environment, **fields: str) -> Connection:
    return services.create_connection(
        by=make.SETUP,
        connector=version.connector,
        environment=place,
        name="Key",
        fields=fields,
        secret="s3cret-1",
    )


def called(version: ConnectorVersion, connection: Connection, operation_id: str, **parameters: Any) -> CallResult:
    build = selectors.newest_build(version)
    assert build is not None
    plan = prepare_call(selectors.call_target(build, operation_id, connection.environment), parameters)
    return perform_now(plan, environment_id=connection.environment_id, customer_id=None, connection_id=connection.pk)


def last(api: StandIn) -> Asked:
    return api.asked[-1]


def parts_in(asked: Asked) -> dict[str, tuple[str, str | None, bytes]]:
    """What a message of parts says: media type, file name and content by name."""
    raw = b"Content-Type: " + asked.headers["content-type"].encode() + b"\r\n\r\n" + asked.content
    found = {}
    for part in message_from_bytes(raw, policy=HTTP).iter_parts():
        name = part.get_param("name", header="content-disposition")
        found[str(name)] = (part.get_content_type(), part.get_filename(), bytes(part.get_payload(decode=True)))
    return found


def unbracketed(form: str) -> Any:
    """A nested form as its API reads it: numbers in brackets count a list, other words name members."""
    tree: dict[str, Any] = {}
    for path, value in parse_qsl(form, keep_blank_values=True):
        *keys, end = re.findall(r"[^\[\]]+", path)
        node = tree
        for key in keys:
            node = node.setdefault(key, {})
        node[end] = value
    return _listed(tree)


def _listed(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    members = {key: _listed(value) for key, value in node.items()}
    return list(members.values()) if all(key.isdigit() for key in members) else members


def in_texts(value: Any) -> Any:
    """Data as a form can tell it: every value a text."""
    if isinstance(value, dict):
        return {key: in_texts(each) for key, each in value.items()}
    return [in_texts(each) for each in value] if isinstance(value, list) else str(value)


def test_a_release_calls_the_pet_shop(shared: Path, api: StandIn, place: Environment) -> None:
    version = synced(shared, api, "petstore3/new.yaml")
    assert version.connector.slug == "petstore3"
    template = a_template("Adoption", content=ADOPTION.replace("petstore,", "petstore3,"))
    release = releases.create_version(by=make.SETUP, draft=the_draft(template), name="first")
    deployment = deploy(
        by=make.SETUP,
        target=Target(template, place),
        release=release,
        config={"pet": 7},
        connections={"pets": services.test_connection(by=make.SETUP, connection=connected(version, place)).pk},
        seen_deployment=None,
    )

    run = carry_out_now(start_run(by=make.SETUP, instance=deployment.instance))

    assert (run.state, run.output) == (RunState.SUCCEEDED, {"sentence": "Rex is available"})
    assert (last(api).path, last(api).headers["api_key"]) == ("/pet/7", "s3cret-1")


def test_a_list_of_the_pet_shop_is_repeated_in_the_address(shared: Path, api: StandIn, place: Environment) -> None:
    version = synced(shared, api, "petstore3/new.yaml")

    answer = called(version, connected(version, place), "findPetsByTags", tags=["small", "kind & quiet"])

    assert (answer.status, answer.body) == (200, [PET])
    assert last(api).path == "/pet/findByTags?tags=small&tags=kind%20%26%20quiet"


def test_stripe_reads_its_nested_forms(shared: Path, api: StandIn, place: Environment) -> None:
    version = synced(shared, api, "stripe/new.json")
    connection = connected(version, place)
    assert version.scheme == Scheme.BEARER

    called(version, connection, "PostCustomers", body={"name": "Åse", "metadata": {"order": 6}})
    assert last(api).headers["authorization"] == "Bearer s3cret-1"
    assert last(api).headers["content-type"] == "application/x-www-form-urlencoded"
    assert last(api).body == "name=%C3%85se&metadata[order]=6"

    called(version, connection, "PostSubscriptions", body={"customer": "cus_1", "items": [{"price": "p_1"}]})
    assert last(api).body == "customer=cus_1&items[0][price]=p_1"

    phases = [{"items": [{"price": "p & q", "quantity": 2}], "metadata": {"a b": "+", "c": "[0]"}}]
    called(version, connection, "PostSubscriptionSchedules", body={"customer": "cus_1", "phases": phases})
    assert unbracketed(last(api).body) == {"customer": "cus_1", "phases": in_texts(phases)}

    called(version, connection, "GetCustomersCustomer", customer="cus_1", expand=["sources", "tax"])
    assert last(api).path == "/v1/customers/cus_1?expand%5B0%5D=sources&expand%5B1%5D=tax"


def test_stripe_takes_a_file_in_parts(shared: Path, api: StandIn, place: Environment) -> None:
    version = synced(shared, api, "stripe/new.json")
    picture = {"content_base64": base64.b64encode(PNG).decode(), "filename": "å.png", "content_type": "image/png"}
    link = {"create": True, "metadata": {"order": "6"}}

    answer = called(
        version,
        connected(version, place),
        "PostFiles",
        body={"file": picture, "purpose": "dispute_evidence", "file_link_data": link},
    )

    # The document has another server for it, where the secret may not go; Slipway stays on the connector's.
    assert (answer.body, last(api).path) == ({"id": "file_1"}, "/v1/files")
    assert parts_in(last(api)) == {
        "file": ("image/png", "å.png", PNG),
        "purpose": ("text/plain", None, b"dispute_evidence"),
        "file_link_data[create]": ("text/plain", None, b"true"),
        "file_link_data[metadata][order]": ("text/plain", None, b"6"),
    }
    assert answer.request_masked["body"] == f"({len(last(api).content)} bytes that are no text)"


def test_github_takes_text_and_files_as_they_are(shared: Path, api: StandIn, place: Environment) -> None:
    version = synced(shared, api, "github/new.json", Scheme.BEARER)
    connection = connected(version, place)

    called(version, connection, "markdown/render-raw", body="# Hellå")
    assert (last(api).headers["content-type"], last(api).body) == ("text/plain; charset=utf-8", "# Hellå")
    assert last(api).headers["accept"] == "text/html, application/json;q=0.9"

    picture = {"content_base64": base64.b64encode(PNG).decode(), "content_type": "image/png"}
    asset = {"owner": "a", "repo": "b", "release_id": 1, "name": "å.png"}
    called(version, connection, "repos/upload-release-asset", **asset, body=picture)
    assert last(api).path == "/repos/a/b/releases/1/assets?name=%C3%A5.png"
    assert (last(api).headers["content-type"], last(api).content) == ("image/png", PNG)


def test_an_operation_is_called_on_its_own_server_where_that_has_the_same_origin(
    shared: Path, api: StandIn, place: Environment
) -> None:
    source = (shared / "openapi/petstore3/new.yaml").read_text(encoding="utf-8")
    own = f"  /pet/{{petId}}:\n    servers:\n      - url: https://elsewhere.example/v9\n      - url: {api.url}/v2\n"
    version = services.create_connector(
        by=make.SETUP, source=source.replace("  /pet/{petId}:\n", own), name="Pets"
    ).versions.get()
    version = services.configure_servers(
        by=make.SETUP, version=version, development_server=f"{api.url}/v1", production_server="https://pets.example/v1"
    )
    version = make.synced(version)

    assert called(version, connected(version, place), "getPetById", petId=7).body == PET | {"id": 8}
    assert last(api).path == "/v2/pet/7"
    build = selectors.newest_build(version)
    assert build is not None
    elsewhere = selectors.call_target(build, "getPetById", place, kind="production")
    assert elsewhere.server_url == "https://pets.example/v1"


def test_twilio_takes_an_account_and_a_plain_form(shared: Path, api: StandIn, place: Environment) -> None:
    version = synced(shared, api, "twilio/api_v2010_new.json")
    assert version.scheme == Scheme.BASIC

    answer = called(
        version,
        connected(version, place, username="AC1"),
        "CreateMessage",
        AccountSid="AC1",
        body={"To": "+4512345678", "From": "+4587654321", "Body": "Hi", "MediaUrl": ["https://a.example/1.png"]},
    )

    assert answer.body == {"sid": "SM1"}
    assert last(api).headers["authorization"] == "Basic QUMxOnMzY3JldC0x"
    assert last(api).body == ("To=%2B4512345678&From=%2B4587654321&Body=Hi&MediaUrl=https%3A%2F%2Fa.example%2F1.png")


def test_discord_knows_a_bot_by_the_word_before_its_token(shared: Path, api: StandIn, place: Environment) -> None:
    version = synced(shared, api, "discord/new.json", Scheme.API_KEY, header="Authorization", prefix="Bot")

    answer = called(version, connected(version, place), "create_message", channel_id="5", body={"content": "Hello"})

    assert (answer.status, last(api).body) == (200, '{"content": "Hello"}')
    assert last(api).headers["authorization"] == "Bot s3cret-1"


def test_discord_takes_a_message_with_a_file(shared: Path, api: StandIn, place: Environment) -> None:
    version = synced(shared, api, "discord/new.json", Scheme.API_KEY, header="Authorization", prefix="Bot")
    log = {"content_base64": base64.b64encode(PNG).decode(), "filename": "log.bin"}

    called(
        version,
        connected(version, place),
        "create_message",
        channel_id="5",
        body={"content": "See", "embeds": [{"title": "Å"}], "files[0]": log},
    )

    assert parts_in(last(api)) == {
        "content": ("text/plain", None, b"See"),
        "embeds": ("application/json", None, '{"title": "Å"}'.encode()),
        "files[0]": ("application/octet-stream", "log.bin", PNG),
    }


def test_figma_and_github_know_their_tokens(shared: Path, api: StandIn, place: Environment) -> None:
    figma = synced(shared, api, "figma/new.yaml")
    github = synced(shared, api, "github/new.json", Scheme.BEARER)

    assert called(figma, connected(figma, place), "getMe").body == {"handle": "bea"}
    assert last(api).headers["x-figma-token"] == "s3cret-1"
    assert called(github, connected(github, place), "users/get-authenticated").body == {"login": "bea"}
    assert last(api).headers["authorization"] == "Bearer s3cret-1"


def test_a_key_in_the_address_is_seen_by_the_api_only(shared: Path, api: StandIn, place: Environment) -> None:
    version = synced(shared, api, "petstore3/new.yaml", Scheme.API_KEY, query="key")

    answer = called(version, connected(version, place), "getPetById", petId=7)

    assert last(api).path == "/pet/7?key=s3cret-1"
    assert "s3cret" not in f"{answer.request_masked}{answer.response_masked}"
