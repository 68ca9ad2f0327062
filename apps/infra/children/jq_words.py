"""What an expression may say: the words that jq knows and Slipway does not, found and shadowed. Pure text."""

import re
from collections.abc import Iterable, Iterator, Sequence

# They read the process, its files or its clock, or end it; an expression sees its input and its variables only.
BANNED_FUNCTIONS = (
    "env",
    "input",
    "inputs",
    "input_filename",
    "input_line_number",
    "debug",
    "debug(f)",
    "stderr",
    "now",
    "halt",
    "halt_error",
    "halt_error(f)",
    "modulemeta",
    "get_search_list",
)
BANNED_WORDS = frozenset(name.partition("(")[0] for name in BANNED_FUNCTIONS) | {"import", "include"}
BANNED_VARIABLES = frozenset(("$ENV", "$__prog_args"))
VARIABLE_NAME = re.compile(r"(?!(ENV|__loc__|__prog_args)$)[A-Za-z_][A-Za-z0-9_]*")
TOKEN = re.compile(
    r"""(?P<continued>\#[^\n]*\\\r?(?=\n|\Z))
      | (?P<blank>\s+|\#[^\n]*)
      | (?P<number>(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?)
      | (?P<field>\.[A-Za-z_]\w*)
      | (?P<variable>\$\s*[A-Za-z_]\w*)
      | (?P<format>@\w+)
      | (?P<word>[A-Za-z_]\w*)
      | (?P<quote>")
      | (?P<open>[(\[{])
      | (?P<close>[)\]}])
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
IN_STRING = re.compile(r'(?P<text>(\\[^(]|[^"\\])+)|(?P<interpolation>\\\()|(?P<quote>")|(?P<other>.)', re.DOTALL)
PAIRS = {"(": ")", "[": "]", "{": "}", "\\(": ")", '"': '"'}
PREFIX = " ".join(
    f"def {name}: error({chr(34)}{name.partition('(')[0]} is not available in expressions{chr(34)});"
    for name in BANNED_FUNCTIONS
)


def fault(program: str) -> str | None:
    """A sentence about the first thing in ``program`` that is refused before jq sees it; none if there is nothing."""
    opened: list[str] = []
    previous = ""
    if not program.strip():
        return "The expression is empty."
    for kind, token in _tokens(program, opened):
        if kind == "continued":
            return "A comment must not end with a backslash: jq would read on."
        if kind == "unmatched":
            return f"There is a “{token}” too many, or one is missing before it."
        is_key = kind == "word" and opened[-1:] == ["{"] and previous in "{,"
        if not is_key and (token in BANNED_WORDS or token.replace(" ", "") in BANNED_VARIABLES) and kind != "text":
            return f"“{token}” is not available: an expression sees only its input and its variables."
        previous = token
    return f"A “{opened[-1]}” is not closed." if opened else None


def wrapped(program: str, names: Sequence[str]) -> str:
    """The program as it is run: input is ``[input, {variables}]``, output is JSON text."""
    return f"{_head(names)} (\n{program}\n) | tojson"


def checkable(program: str, names: Sequence[str]) -> str:
    """The program as it is checked: nothing follows it, so that jq's complaints are about the author's own text."""
    return f"{_head(names)}\n{program}"


def together(programs: Iterable[tuple[str, Sequence[str]]]) -> str:
    """Programs without a ``fault``, as one that compiles if each of them does."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for program, names in programs:
        groups.setdefault(tuple(names), []).append(f"(\n{program}\n)")
    bound = (f"({_binding(names)} {' , '.join(inside)})" for names, inside in groups.items())
    return f"{PREFIX} {' , '.join(bound)}"


def _head(names: Sequence[str]) -> str:
    """Stands in the first line, before the program's own."""
    return f"{PREFIX} {_binding(names)}"


def _binding(names: Sequence[str]) -> str:
    variables = ", ".join(f"${name}" for name in names)
    binding = f". as [$slipway__input, {{{variables}}}]" if names else ". as [$slipway__input]"
    return f"{binding} | {{}} as $ENV | $slipway__input |"


def kind_message(text: str) -> str:
    """jq's complaint in one line, with line numbers of the author's own text."""
    first = text.removeprefix("jq: error: ").splitlines()[0] if text.strip() else "it failed without a message"
    located = re.sub(r"at <top-level>, line (\d+)", lambda match: f"in line {max(1, int(match[1]) - 1)}", first)
    return located[:400].rstrip(": ")


def _tokens(program: str, opened: list[str]) -> Iterator[tuple[str, str]]:
    """Significant tokens of code, strings left out but code inside them (``\\(...)``) included. ``opened`` is the stack
    of what is open at the moment."""
    place = 0
    while place < len(program):
        match = (IN_STRING if opened[-1:] == ['"'] else TOKEN).match(program, place)
        if match is None:
            return
        place, kind, token = match.end(), str(match.lastgroup), match.group()
        if kind in ("open", "interpolation") or (kind == "quote" and opened[-1:] != ['"']):
            opened.append(token)
        elif kind in ("close", "quote") and (not opened or PAIRS[opened.pop()] != token):
            yield "unmatched", token
        if kind != "blank":
            yield kind, token
