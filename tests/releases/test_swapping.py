"""What is proposed when another connector takes the place of one: operations and fields, by name and shape."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from apps.demo.documents import FOLDER
from apps.releases.building.swapping import offered
from apps.releases.definition import Step, parse
from apps.releases.definition.swapping import Field, Fit, Operation, fields_for, given_by, proposals, swapped, words
from apps.releases.starters import starter
from tests.factories.builds import compiled


@dataclass(frozen=True)
class Document:
    """A compiled document, as a built connector version offers it."""

    compiled: Mapping[str, Any]

    @property
    def operations(self) -> Mapping[str, Mapping[str, Any]]:
        operations: Mapping[str, Mapping[str, Any]] = self.compiled["operations"]
        return operations

    def document(self) -> Any:
        return self.compiled["document"]


@cache
def api(path: Path) -> dict[str, Operation]:
    found = Document(compiled(path.read_text(encoding="utf-8")))
    return {name: offered(found, name, data) for name, data in found.operations.items()}


def demo(name: str) -> dict[str, Operation]:
    return api(FOLDER / f"{name}.yaml")


def best(name: str, old: dict[str, Operation], new: dict[str, Operation], **given: str) -> tuple[str, Fit]:
    step = a_step(name, dict.fromkeys(given, "${ . }"))
    found = proposals(name, old.get(name), given_by(step, old.get(name)), list(new.values()))[0]
    return found.operation.name, found.fit


def a_step(operation: str, parameters: dict[str, Any]) -> Step:
    body = {"call": "openapi", "with": {"operationId": operation, "parameters": parameters}}
    return Step("it", "/do/0/it", "it", "call", "openapi", operation, "slot", 0, 1, "", None, body)


def test_words_are_compared_by_their_meaning() -> None:
    assert words("fetchAllCustomers") == words("list_contacts") == words("GET customer")
    assert words("HTTPServer2") == {"http", "server", "2"}


@pytest.mark.parametrize("name", sorted(demo("shop")))
def test_every_operation_finds_itself_in_the_next_version_of_its_api(name: str) -> None:
    assert best(name, demo("shop"), demo("shop-v2")) == (name, Fit.GOOD)
    assert best(name, {}, demo("shop-v2")) == (name, Fit.GOOD)


@pytest.mark.parametrize(
    ("old", "new", "fit"),
    [
        ("listContacts", "listCustomers", Fit.GOOD),
        ("getContact", "getCustomer", Fit.GOOD),
        ("listDeals", "listOrders", Fit.UNSURE),
        ("createDeal", "createOrder", Fit.UNSURE),
        ("slowReport", "getOrder", Fit.NONE),
    ],
)
def test_another_product_is_matched_by_what_its_operations_do(old: str, new: str, fit: Fit) -> None:
    found, how = best(old, demo("crm"), demo("shop"))
    assert how is fit
    if fit is not Fit.NONE:
        assert found == new


def test_real_documents(shared: Path) -> None:
    small = api(shared / "openapi" / "oai-examples" / "petstore-expanded.yaml")
    large = api(shared / "openapi" / "petstore3" / "new.yaml")
    matched = {name: best(name, small, large, id="") for name in small}
    assert matched["addPet"] == ("addPet", Fit.GOOD)
    assert matched["deletePet"] == ("deletePet", Fit.GOOD)
    assert matched["find pet by id"] == ("getPetById", Fit.GOOD)
    assert fields_for(given_by(a_step("deletePet", {"id": 1})), large["deletePet"].fields) == {
        "parameter:id": "parameter:petId"
    }


def test_fields_are_matched_across_parameters_and_body() -> None:
    given = given_by(a_step("x", {"email": "${ .email }", "body": {"first_name": "a", "tags": ["b"], "odd": 1}}))
    fields = (Field("eMail", in_body=True), Field("firstName", in_body=True, type="text"), Field("tags", type="list"))
    assert fields_for(given, fields) == {
        "parameter:email": "body:eMail",
        "body:first_name": "body:firstName",
        "body:tags": "parameter:tags",
        "body:odd": "",
    }


def test_a_field_takes_one_value_and_rather_one_of_its_type() -> None:
    given = given_by(a_step("x", {"limit": 5, "limits": [5]}))
    assert fields_for(given, (Field("limit", type="list"),)) == {
        "parameter:limit": "",
        "parameter:limits": "parameter:limit",
    }
    assert fields_for(given, (Field("limit", type="number"),)) == {
        "parameter:limit": "parameter:limit",
        "parameter:limits": "",
    }


def test_a_body_that_is_one_expression_stays_whole() -> None:
    given = given_by(a_step("x", {"body": "${ .order }"}))
    assert fields_for(given, (Field("id", in_body=True), Field("", in_body=True))) == {"body:": "body:"}


def test_a_swapped_step_keeps_everything_but_its_call() -> None:
    step = parse(starter("orders_to_crm").text).steps[0]
    body = swapped(step.body, "findOrders", [("parameter:from", "x"), ("body:page", 1), ("body:size", 2)])
    assert {**body, "with": None} == {**step.body, "with": None}
    assert body["with"] == {
        "document": {"endpoint": "connector://shop"},
        "operationId": "findOrders",
        "parameters": {"from": "x", "body": {"page": 1, "size": 2}},
    }
    assert "parameters" not in swapped(step.body, "findOrders", [])["with"]
