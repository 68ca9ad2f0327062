"""What each part of the DSL does, beyond the conformance scenarios."""

from typing import Any

import pytest

from apps.runs.interpreter import Fault, Unsupported
from apps.runs.interpreter.effects import Call, ConnectorCall
from apps.runs.interpreter.problems import BASE
from tests.runs.world import World, carried_out


def doc(*tasks: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"document": {"dsl": "1.0.3", "namespace": "t", "name": "t", "version": "1.0.0"}, "do": list(tasks), **rest}


def fault_of(document: dict[str, Any], data: Any = None, world: World | None = None) -> dict[str, Any]:
    with pytest.raises(Fault) as fault:
        carried_out(document, data, world)
    return fault.value.problem


SEND: dict[str, Any] = {"call": "openapi", "with": {"document": {"endpoint": "connector://crm"}, "operationId": "send"}}


def failing(*statuses: int) -> World:
    """A world whose API answers with these statuses, one after the other."""
    answers = iter(statuses)
    return World(lambda _call: (next(answers), {"answered": True}))


def retried(retry: dict[str, Any], **catch: Any) -> dict[str, Any]:
    return doc({"careful": {"try": [{"send": SEND}], "catch": {"retry": retry, **catch}}})


def test_a_connector_call_gets_its_evaluated_parameters_and_gives_the_content() -> None:
    world = World(lambda _call: (201, {"id": 9007199254740993}))
    call = {**SEND, "with": {**SEND["with"], "parameters": {"path.id": "${ .id }", "body": {"name": "${ .name }"}}}}
    output = carried_out(doc({"send": call}), {"id": 7, "name": "${ .id }"}, world)
    assert output == {"id": 9007199254740993}
    step, made = world.calls[0]
    assert made == ConnectorCall(
        slot="crm", operation_id="send", parameters={"path.id": 7, "body": {"name": "${ .id }"}}
    )
    assert (step.path, step.attempt, step.kind) == ("/do/0/send", 1, "call")


def test_if_skips_a_task_and_its_directive_and_passes_the_data_on() -> None:
    world = World()
    document = doc({"stop": {"if": ".never", "set": {"a": 1}, "then": "end"}}, {"add": {"set": {"seen": "${ . }"}}})
    assert carried_out(document, {"b": 2}, world) == {"seen": {"b": 2}}
    assert world.steps == [("/do/0/stop", 1, "skipped"), ("/do/1/add", 1, "succeeded")]


def test_exit_leaves_the_inner_list_and_end_leaves_the_workflow() -> None:
    inner: dict[str, Any] = {"do": [{"first": {"set": {"n": 1}, "then": "exit"}}, {"never": {"set": {"n": 2}}}]}
    assert carried_out(doc({"inner": inner}, {"last": {"set": {"after": "${ .n }"}}})) == {"after": 1}
    inner = {"do": [{"first": {"set": {"n": 1}, "then": "end"}}], "output": {"as": "{ lost: . }"}}
    assert carried_out(doc({"inner": inner}, {"last": {"set": {"n": 2}}})) == {"n": 1}


def test_then_back_makes_rounds_with_paths_of_their_own() -> None:
    world = World()
    document = doc(
        {"count": {"set": {"n": "${ .n + 1 }"}}},
        {"enough": {"switch": [{"yes": {"when": ".n >= 3", "then": "end"}}, {"no": {"then": "count"}}]}},
    )
    assert carried_out(document, {"n": 0}, world) == {"n": 3}
    assert [path for path, _, _ in world.steps if "count" in path] == [
        "/do/0/count",
        "/do/0/count[2]",
        "/do/0/count[3]",
    ]


def test_then_to_nowhere_is_an_error_of_configuration() -> None:
    assert fault_of(doc({"a": {"set": {}, "then": "nowhere"}}))["type"] == BASE + "configuration"


def test_for_hands_each_rounds_output_to_the_next_and_names_its_rounds() -> None:
    world = World()
    loop = {
        "for": {"each": "n", "at": "i", "in": "${ .numbers }"},
        "while": ".sum < 4",
        "do": [{"add": {"set": {"sum": "${ .sum + $n }", "last": "${ $i }"}}}],
    }
    assert carried_out(doc({"all": loop}), {"numbers": [1, 2, 3, 4], "sum": 0}, world) == {"sum": 6, "last": 2}
    assert [path for path, _, _ in world.steps][:2] == ["/do/0/all[1]/do/0/add", "/do/0/all[2]/do/0/add"]


def test_for_refuses_what_is_no_list() -> None:
    assert fault_of(doc({"all": {"for": {"in": ".x"}, "do": []}}), {"x": 3})["detail"] == "“for.in” must give a list."


def test_export_keeps_a_context_for_later_tasks() -> None:
    document = doc(
        {
            "find": {
                "set": {"id": 5},
                "export": {"as": "{ found: $task.output.id, is: .ok }"},
                "output": {"as": "{ ok: true }"},
            }
        },
        {"use": {"set": {"id": "${ $context.found }", "was": "${ . }", "in": "${ $workflow.input.config }"}}},
    )
    assert carried_out(document, {"config": 1}) == {"id": 5, "was": {"ok": True}, "in": 1}


def test_data_that_do_not_fit_a_schema_fail_validation() -> None:
    schema = {"schema": {"format": "json", "document": {"type": "object", "required": ["id"]}}}
    found = fault_of(doc({"a": {"set": {}}}, input=schema), {})
    assert (found["type"], found["status"]) == (BASE + "validation", 400)
    assert fault_of(doc({"a": {"set": {}, "output": schema}}))["instance"] == "/do/0/a"


def test_a_schema_never_fetches_a_reference() -> None:
    schema = {"schema": {"format": "json", "document": {"$ref": "http://127.0.0.1:9/schema.json"}}}
    assert "the schema itself is wrong" in fault_of(doc({"a": {"set": {}}}, input=schema), {})["detail"]


def test_a_bad_expression_fails_with_the_place() -> None:
    found = fault_of(doc({"a": {"set": {"x": "${ .a.b.c | tonumber }"}}}), {"a": {"b": {"c": "no"}}})
    assert (found["type"], found["instance"]) == (BASE + "expression", "/do/0/a")


def test_an_answer_that_is_no_success_is_a_communication_error_with_its_status() -> None:
    found = fault_of(doc({"send": SEND}), world=World(lambda _call: (503, "come back later")))
    assert found == {
        "type": BASE + "communication",
        "status": 503,
        "title": "Service Unavailable",
        "instance": "/do/0/send",
        "detail": "come back later",
    }


def test_retry_waits_longer_each_time_and_repeats_the_same_path() -> None:
    world = failing(503, 503, 503, 200)
    retry = {"delay": {"seconds": 2}, "backoff": {"exponential": {}}, "limit": {"attempt": {"count": 3}}}
    assert carried_out(retried(retry), world=world) == {"answered": True}
    assert world.waits == [2.0, 4.0, 8.0]
    assert [(step.path, step.attempt) for step, _ in world.calls] == [
        ("/do/0/careful/try/0/send", attempt) for attempt in (1, 2, 3, 4)
    ]


def test_linear_and_constant_backoff() -> None:
    for backoff, waits in (("linear", [1.0, 2.0, 3.0]), ("constant", [1.0, 1.0, 1.0])):
        world = failing(500, 500, 500, 200)
        carried_out(retried({"delay": "PT1S", "backoff": {backoff: {}}}), world=world)
        assert world.waits == waits


def test_jitter_is_added_and_the_same_on_a_replay() -> None:
    retry = {"delay": {"seconds": 1}, "jitter": {"from": {"seconds": 1}, "to": {"seconds": 3}}}
    waits = []
    for _ in range(2):
        world = failing(500, 200)
        carried_out(retried(retry), world=world)
        waits.append(world.waits)
    assert waits[0] == waits[1]
    assert 2 <= waits[0][0] <= 4


def test_retries_that_run_out_raise_the_last_error_or_run_the_handler() -> None:
    retry = {"limit": {"attempt": {"count": 1}}}
    assert fault_of(retried(retry), world=failing(500, 502))["status"] == 502
    handler = [{"note": {"set": {"gave": "${ $error.status }"}}}]
    assert carried_out(retried(retry, do=handler), world=failing(500, 502)) == {"gave": 502}


def test_retrying_stops_after_its_duration_and_where_its_condition_says_no() -> None:
    retry = {"delay": {"seconds": 10}, "limit": {"duration": {"seconds": 25}}}
    world = failing(500, 500, 500, 500)
    fault_of(retried(retry), world=world)
    assert world.waits == [10.0, 10.0]
    world = failing(500, 404)
    fault_of(retried({"when": "$error.status >= 500"}), world=world)
    assert len(world.calls) == 2


def test_catch_filters_by_property_and_by_condition() -> None:
    def caught(**catch: Any) -> Any:
        task = {"try": [{"send": SEND}], "catch": {"do": [{"h": {"set": {"caught": True}}}], **catch}}
        return carried_out(doc({"careful": task}), {"kind": "mild"}, failing(404))

    assert caught(errors={"with": {"status": 404}}) == {"caught": True}
    assert caught(when='.kind == "mild"') == {"caught": True}
    for refused in (
        {"errors": {"with": {"status": 500}}},
        {"when": '.kind == "bad"'},
        {"exceptWhen": "$error.status == 404"},
    ):
        with pytest.raises(Fault):
            caught(**refused)


def test_catch_may_lead_elsewhere() -> None:
    task = {"try": [{"send": SEND}], "catch": {"then": "mend"}}
    document = doc({"careful": task}, {"skipped": {"set": {"n": 1}}}, {"mend": {"set": {"mended": True}}})
    assert carried_out(document, world=failing(500)) == {"mended": True}


def test_raise_by_name_fills_expressions_and_says_where() -> None:
    document = doc(
        {"refuse": {"raise": {"error": "tooBig"}}},
        use={"errors": {"tooBig": {"type": "https://acme.test/too-big", "status": 422, "detail": "${ .why }"}}},
    )
    assert fault_of(document, {"why": "100 > 10"}) == {
        "type": "https://acme.test/too-big",
        "status": 422,
        "detail": "100 > 10",
        "instance": "/do/0/refuse",
    }


def test_wait_lets_time_pass_and_later_tasks_see_it() -> None:
    world = World()
    document = doc(
        {"pause": {"wait": {"minutes": 1, "seconds": 30}}}, {"when": {"set": {"at": "${ $task.startedAt.iso8601 }"}}}
    )
    assert carried_out(document, world=world) == {"at": "2026-03-09T08:01:30.000Z"}
    assert world.waits == [90.0]


def test_http_call_expands_and_encodes_its_address() -> None:
    world = World()
    call = {"call": "http", "with": {"method": "get", "endpoint": "https://api.test/{id}", "query": {"q": "${ .q }"}}}
    carried_out(doc({"get": call}), {"id": "a/b c", "q": "x"}, world)
    made: Any = world.calls[0][1]
    assert (made.method, made.uri, made.query) == ("GET", "https://api.test/a%2Fb%20c", {"q": "x"})
    for bad in ({"id": ".."}, {"id": {"deep": 1}}):
        assert fault_of(doc({"get": call}), bad)["type"] == BASE + "expression"


def test_the_answer_can_be_had_whole_or_raw() -> None:
    def output(form: str) -> Any:
        task = {**SEND, "with": {**SEND["with"], "output": form}}
        return carried_out(doc({"send": task}), world=World(lambda _call: (200, {"a": 1})))

    assert output("raw") == "eyJhIjogMX0="
    assert output("response")["statusCode"] == 200
    assert output("response")["content"] == {"a": 1}


@pytest.mark.parametrize(
    ("task", "feature"),
    [
        ({"fork": {}}, "“fork”"),
        ({"emit": {}}, "“emit”"),
        ({"listen": {}}, "“listen”"),
        ({"run": {}}, "“run”"),
        ({"call": "grpc"}, "“call: grpc”"),
        ({"set": {}, "timeout": {}}, "“timeout”"),
    ],
)
def test_what_is_not_carried_out_is_refused_by_name_and_no_try_catches_it(task: dict[str, Any], feature: str) -> None:
    with pytest.raises(Unsupported) as refused:
        carried_out(doc({"careful": {"try": [{"lacking": task}], "catch": {"do": []}}}))
    assert refused.value.feature == feature


def test_data_are_never_evaluated() -> None:
    def api(call: Call) -> tuple[int, Any]:
        return 200, {"text": "${ .secret }"}

    document = doc({"get": SEND}, {"keep": {"set": {"kept": "${ .text }"}}}, {"again": {"set": "${ . }"}})
    assert carried_out(document, {"secret": 1}, World(api)) == {"kept": "${ .secret }"}


def test_a_loop_without_end_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.runs.interpreter.interpreter.MOST_STEPS", 50)
    assert fault_of(doc({"again": {"set": {}, "then": "again"}}))["type"] == BASE + "runtime"
