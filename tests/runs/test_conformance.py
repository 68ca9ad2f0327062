"""The conformance scenarios of the Open Workflow DSL (CTK): each passes, or is named as not supported."""

from typing import Any

import pytest

from apps.runs.interpreter import Fault, Unsupported
from apps.runs.interpreter.effects import Call, HttpCall
from apps.runs.interpreter.problems import matches
from config.environment import BASE_DIR
from tests.runs.gherkin import Line, Scenario, scenarios_of
from tests.runs.world import World, carried_out

FEATURES = BASE_DIR.parent / "shared" / "conformance" / "workflow-dsl" / "ctk" / "features"
SCENARIOS = scenarios_of(FEATURES)

NOT_SUPPORTED = {
    "branch: Fork Task With Competing Concurrent Sub Tasks",
    "call: Call OpenAPI With Content Output",
    "call: Call OpenAPI With Response Output",
    "emit: Emit Task",
}

pytestmark = pytest.mark.skipif(not SCENARIOS, reason="../shared/conformance/workflow-dsl is not there")


def petstore(call: Call) -> tuple[int, Any]:
    """The two public services of the scenarios, as far as they are asked."""
    assert isinstance(call, HttpCall)
    pets = {f"https://petstore.swagger.io/v2/pet/{id_}": {"id": id_, "name": "Rex", "status": "sold"} for id_ in (1, 2)}
    if call.uri in pets:
        return 200, pets[call.uri]
    if call.uri.startswith("https://petstore.swagger.io/v2/pet/findByStatus?status=available"):
        return 200, list(pets.values())
    if call.uri == "https://httpbin.org/basic-auth/serverless-workflow/conformance-test":
        return (200 if call.authentication else 401), {"authenticated": True}
    return 404, {"message": "Pet not found"}


class Execution:
    """One scenario under way; each Gherkin line is a method."""

    def __init__(self) -> None:
        self.document: Any = None
        self.input: Any = None
        self.output: Any = None
        self.fault: dict[str, Any] | None = None
        self.world = World(petstore)

    def take(self, line: Line) -> None:
        text, data = line.text, line.data
        words = text.replace("'", "").replace(",", "").split()
        if text == "a workflow with definition:":
            self.document = data
        elif text == "given the workflow input is:":
            self.input = data
        elif text == "the workflow is executed":
            self.execute()
        elif text.startswith("the workflow should fault"):
            assert self.fault is not None
            assert matches(self.fault, data or {})
        elif text.startswith("the workflow should complete"):
            assert self.fault is None
            assert data is None or self.output == data
        elif text.startswith("the workflow output should have properties"):
            assert all(self.has(path) for path in words[words.index("properties") + 1 :])
        elif text.endswith("property with value:"):
            assert self.value(words[words.index("a") + 1]) == data
        else:
            self.take_order(words)

    def take_order(self, words: list[str]) -> None:
        names = [path.rpartition("/")[2] for path, _, _ in self.world.steps]
        if words[3:] == ["first"]:
            assert names[0] == words[0]
        elif words[3:] == ["last"]:
            assert names[-1] == words[0]
        else:
            assert words[1:4] == ["should", "run", "after"]
            assert names.index(words[0]) == names.index(words[4]) + 1

    def execute(self) -> None:
        try:
            self.output = carried_out(self.document, self.input, self.world)
        except Fault as fault:
            self.fault = fault.problem

    def value(self, path: str) -> Any:
        found = self.output
        for part in path.split("."):
            found = found[part]
        return found

    def has(self, path: str) -> bool:
        try:
            self.value(path)
        except (KeyError, TypeError):
            return False
        return True


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_scenario(scenario: Scenario) -> None:
    execution = Execution()
    if str(scenario) in NOT_SUPPORTED:
        with pytest.raises(Unsupported) as refused:
            play(execution, scenario)
        pytest.skip(f"not supported: {refused.value.feature}")
    play(execution, scenario)


def play(execution: Execution, scenario: Scenario) -> None:
    for line in scenario.lines:
        execution.take(line)
