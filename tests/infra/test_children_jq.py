"""Expressions: what they compute, what they cannot see, and how they end (measured 1; T16, T17, T18)."""

import asyncio
import contextlib
import os
import re
import threading
import time
from importlib import metadata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.infra.children import ExpressionFailed, JqPool, compile_error, compile_errors
from apps.infra.children.jq_pool import EVALUATIONS_PER_CHILD, _evaluation

CANARY = "c4n4ry-in-the-environment"


@pytest.fixture(scope="module")
def pool():
    os.environ["SLIPWAY_TEST_CANARY"] = CANARY
    pool = JqPool()
    yield pool
    pool.close()
    del os.environ["SLIPWAY_TEST_CANARY"]


def children() -> set[int]:
    """The process ids of this process's living children."""
    lists = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {int(pid) for one in lists for pid in one.read_text().split()}


@pytest.mark.parametrize(
    ("program", "value", "result"),
    [
        (".", 2**53 + 1, 2**53 + 1),
        ("{id: .id, all: [.list[]]}", {"id": 2**63 - 1, "list": [-(2**63), 10**30]}, None),
        (".a.b // 7", {"a": {}}, 7),
        ("$context.x + .", 1, 3),
        ("$workflow.input.config.name | ascii_upcase", None, "ACME"),
        (".[]", [1, 2, 3], 1),
        ("empty", None, None),
        (". # with a comment", 5, 5),
        ('"\\(.a) and \\("in \\(.b)")"', {"a": 1, "b": 2}, "1 and in 2"),
        ("{env, now: .now, input: 1} | .env", {"env": 3, "now": 4}, 3),
        ('.env + .["now"] + ."input" + $context.x', {"env": 1, "now": 1, "input": 1}, 5),
        ("def double: . * 2; double | double", 3, 12),
        ("reduce .[] as $x (0; . + $x)", [1, 2, 3], 6),
        ("1.0", None, 1.0),
        ("nan", None, None),
        ('test("^a+$")', "aaa", True),
        ('@base64 "x\\(.)" | @uri', "ü", "xw7w%3D"),
    ],
)
def test_expressions_compute(pool, program, value, result):
    args = {"context": {"x": 2}, "workflow": {"input": {"config": {"name": "acme"}}}}
    if result is None and value is not None:
        result = {"id": 2**63 - 1, "all": [-(2**63), 10**30]}
    assert pool.evaluate_now(program, value, args, tenant="cleo") == result


# One program a line.
READING = r"""
env
$ENV
env.PATH
$ENV.SLIPWAY_TEST_CANARY
[env]
{a: env}
{"a": env}
{(env|tostring): 1}
{a: 1, b: $ENV}
{$ENV}
"\(env)"
"\("\($ENV)")"
@json "\(env)"
$ ENV
. as $x | $ ENV
{} | env
.[env|length]
.[now:]
(env)
if env then 1 else 2 end
env as $e | $e
try env catch .
env?
[.[]?, env]
def f: env; f
def env: 1; env
reduce env as $x (0; $x)
-env
1 + env
path(env)
getpath(env)
env | keys
$ENV | keys
input
inputs
[inputs]
first(inputs)
try input catch .
input_filename
input_line_number
debug
debug("x")
stderr
now
now | todate
{now: now}
limit(1; now)
halt
halt_error
halt_error(1)
"a" | halt_error
modulemeta
"a" | modulemeta
"/etc/passwd" | modulemeta
get_search_list
$__prog_args
import "a" as a; 1
include "a"; 1
import "/etc/passwd" as $d; $d
import "a" as $a {search: "/"}; $a
(import "a" as a; 1)
1) | (env
1) | ($ENV
1 # x\
# \
[1}
"unclosed
$__loc__
builtins
getpath(["env"])
localtime
strftime("%c")
"/etc/passwd" | ltrimstr("x")
@text "\($__prog_args)"
"""


@pytest.mark.parametrize("program", READING.strip().splitlines())
def test_nothing_of_the_process_is_visible(pool, program):
    try:
        result = pool.evaluate_now(program, None, {}, tenant="mallory")
    except ExpressionFailed as failed:
        result = failed.sentence
    assert CANARY not in str(result)
    assert "root:" not in str(result)


@pytest.mark.parametrize(
    "word", "env $ENV input inputs debug stderr now halt halt_error modulemeta import include".split()
)
def test_a_banned_word_is_named_when_it_is_checked(word):
    sentence = f"“{word}” is not available: an expression sees only its input and its variables."
    assert compile_error(f".a | {word}") == sentence


@pytest.mark.parametrize("name", ["env", "now", "input", "halt", "debug", "stderr", "modulemeta", "get_search_list"])
def test_a_banned_word_that_slipped_through_the_check_is_shadowed(pool, name, monkeypatch):
    monkeypatch.setattr("apps.infra.children.jq_pool.fault", lambda _program: None)
    with pytest.raises(ExpressionFailed, match=f"{name} is not available in expressions"):
        pool.evaluate_now(name, "x", {}, tenant="mallory")
    assert pool.evaluate_now("$ENV", "x", {}, tenant="mallory") == {}


ENDLESS = [
    "repeat(1) | empty",
    "def f: f; f",
    "def f: [f]; f",
    "[range(1e12)] | length",
    "last(range(1e15))",
    '"a" * 1e9 | length',
    "[limit(1e7; repeat(1))]",
    "until(false; . + 1)",
    "reduce range(1e9) as $i (.; [.])",
    '("a" * 5000) | test("^(a|a)*b$")',
    "[recurse([., .])] | length",
    "input_line_number",
    "[range(300000)] | [combinations(9)] | length",
    '[limit(400000; repeat("xxxxxxxxxxxxxxxxxxxx"))]',
    "reduce range(100) as $i ([1]; . + .)",
    'reduce range(60) as $i ("ab"; . + .) | length',
    "1e1000",
]


def test_expressions_that_never_end_do_end_within_three_seconds(pool):
    async def all_of_them():
        async def one(number: int, program: str) -> float:
            started = time.monotonic()
            with contextlib.suppress(ExpressionFailed):
                await pool.evaluate(program, None, {}, tenant=f"mallory-{number}")
            return time.monotonic() - started

        return [await one(number, program) for number, program in enumerate(ENDLESS)]

    assert [seconds for seconds in asyncio.run(all_of_them()) if seconds > 3] == []
    assert pool.evaluate_now("1", None, {}, tenant="cleo") == 1


def test_one_tenant_that_burns_its_time_does_not_hold_up_another():
    pool = JqPool(size=3)
    try:
        greedy = [pool._submit("mallory", _endless()) for _ in range(6)]
        started = time.monotonic()
        for number in range(20):
            assert pool.evaluate_now(".", number, {}, tenant="cleo") == number
        assert time.monotonic() - started < 1.5
        assert not any(one.done() for one in greedy[3:])
        for one in greedy:
            one.cancel()
    finally:
        pool.close()


def _endless() -> bytes:
    return _evaluation("repeat(1) | empty", None, {})


def test_a_child_serves_one_tenant_and_is_replaced_after_its_share():
    pool = JqPool(size=1)
    try:
        before = children()

        def serve(tenant: str) -> int:
            assert pool.evaluate_now(".", 1, {}, tenant=tenant) == 1
            (pid,) = children() - before
            return pid

        first = serve("cleo")
        assert serve("cleo") == first
        assert serve("carl") != first
        carl = serve("carl")
        for number in range(EVALUATIONS_PER_CHILD):
            assert pool.evaluate_now(".", number, {}, tenant="carl") == number
        assert serve("carl") != carl
    finally:
        pool.close()
    assert children() - before == set()


def test_the_pool_serves_any_thread_and_any_event_loop(pool):
    results: list[int] = []

    def work(number: int) -> None:
        results.append(asyncio.run(pool.evaluate(". + $n", number, {"n": 100}, tenant=f"t{number % 3}")))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == list(range(100, 130))


@pytest.mark.parametrize(
    ("program", "says"),
    [
        (".a.b | map(.c)", None),
        ("$context.x + $input", None),
        ("def f(x): x; f(.a)", None),
        ("", "The expression is empty."),
        (".a |", "syntax error, unexpected end of file in line 1, column 4"),
        (".\n| foo", "foo/0 is not defined in line 2, column 3"),
        (".a + $nope", "$nope is not defined in line 1, column 6"),
        ("(.a", "A “(” is not closed."),
        (".a)", "There is a “)” too many, or one is missing before it."),
        ("\ud800", "The expression is not valid text."),
    ],
)
def test_checking_an_expression_says_what_is_wrong_and_where(program, says):
    assert compile_error(program) == says


# Pieces that are whole alone and other things side by side.
PIECES = [
    ".",
    ".a",
    "$x",
    "$y",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    "|",
    ";",
    ":",
    "as",
    "def f:",
    "f",
    "1",
    '"',
    "#",
    "\\",
    "\n",
    " ",
    "if",
    "then",
    "else",
    "end",
    "reduce",
    "try",
    "catch",
    "label $l",
    "break $l",
    "@json",
    "//",
    "?",
    "-",
]


@given(st.lists(st.tuples(st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join), st.sampled_from([(), ("x",)]))))
@settings(max_examples=150)
def test_many_are_told_together_what_each_is_told_alone(programs):
    assert compile_errors(programs) == [compile_error(*each) for each in programs]


def test_of_many_expressions_the_wrong_ones_are_found():
    programs: list[tuple[str, tuple[str, ...]]] = [(f".field{number} // $x", ("x",)) for number in range(700)]
    programs[3], programs[400], programs[699] = (".a |", ()), ("$nope", ("x",)), ("1) , (2", ())
    told = compile_errors(programs)
    assert {number: each for number, each in enumerate(told) if each} == {
        3: "syntax error, unexpected end of file in line 1, column 4",
        400: "$nope is not defined in line 1, column 1",
        699: "There is a “)” too many, or one is missing before it.",
    }


def test_data_that_is_no_json_and_odd_variable_names_are_refused(pool):
    for value, args in ((float("inf"), {}), (object(), {}), (None, {"a b": 1}), (None, {"ENV": 1})):
        with pytest.raises(ExpressionFailed):
            pool.evaluate_now(".", value, args, tenant="cleo")


def test_the_bundled_libjq_has_the_known_holes_mended():
    """1.8.2 is the first without the memory errors that were found in 2025 and 2026."""
    bundled = re.search(r"/jq/>`_ (\d+)\.(\d+)\.(\d+)", metadata.metadata("jq").get_payload())
    assert bundled
    assert tuple(map(int, bundled.groups())) >= (1, 8, 2)
