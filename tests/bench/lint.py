"""How long it takes to say everything about a text of 500 steps that nobody has seen before."""

from collections.abc import Iterable

from apps.infra.children import compile_error, compile_errors
from apps.releases import reading
from apps.releases.definition import lint, parse
from apps.releases.definition.reader import read
from apps.releases.definition.schema import schema_findings
from tests.bench import Line, milliseconds
from tests.bench.big import text_of

STEPS = 500


def bench() -> Iterable[Line]:
    """Lint a sound text, one with a wrong step, and compile its expressions together and one by one."""
    text = text_of(STEPS)
    sound = parse(text)
    wrong = parse(text.replace("call: openapi", "call: [openapi]", 1))
    yield Line(
        f"read {len(text) / 1000:.0f} KB of YAML in this process",
        milliseconds(lambda: parse(text), before=read.cache_clear),
        "ms",
    )
    yield Line("lint a sound text, expressions apart", _fresh(text, lambda each: lint(each, {})), "ms", limit=80)
    yield Line("shape of a sound text", milliseconds(lambda: schema_findings(sound)), "ms")
    yield Line("shape of a text with a wrong step", milliseconds(lambda: schema_findings(wrong)), "ms", limit=80)
    programs = [(each.source, each.variables) for each in sound.expressions]
    compile_error(".")
    together = milliseconds(lambda: compile_errors(programs), 3)
    alone = milliseconds(lambda: [compile_error(*each) for each in programs[:200]], 3) * len(programs) / 200
    yield Line(f"compile its {len(programs)} expressions together", together, "ms")
    yield Line("together, share of one by one", together / alone, "", limit=0.25)
    yield Line(
        "lint with expressions that were compiled before", _fresh(text, lambda each: reading._linted(each, {})), "ms"
    )


def _fresh(text, act):
    """The time of ``act`` on a definition that was just read; reading it is not counted."""
    read = [parse(text) for _ in range(10)]
    act(read.pop())
    return milliseconds(lambda: act(read.pop()), 9)
