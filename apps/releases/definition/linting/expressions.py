"""jq expressions: that they compile, and that the configuration they read is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from ..document import Definition
from ..expressions import Expression, is_embedded, values
from ..findings import Finding, did_you_mean
from ..shapes import mapping

type Compiler = Callable[[str, Sequence[str]], str | None]

CONFIG = "$workflow.input.config"
READ = re.compile(r"\$workflow\.input\.config\.([A-Za-z_][A-Za-z0-9_]*)")


def findings(definition: Definition, compiles: Compiler | None) -> Iterator[Finding]:
    found = definition.expressions
    for expression in found:
        yield from _compiled(definition, expression, compiles)
        yield from _configuration(definition, expression)
    yield from _unread(definition, found)
    if any(is_embedded(value) for _, value in definition.leaves):
        yield from _embedded(definition)


def _embedded(definition: Definition) -> Iterator[Finding]:
    for path, value in values(definition.document):
        if is_embedded(value):
            message = "An expression inside a longer text is not evaluated: the text is used as it stands."
            mend = 'Make the whole text one expression, such as ${ "Hello \\(.name)" }.'
            yield definition.warning("embedded-expression", path, message, mend)


def _compiled(definition: Definition, expression: Expression, compiles: Compiler | None) -> Iterator[Finding]:
    if not expression.source:
        yield definition.error(
            "expression", expression.path, "This expression is empty.", "Write some jq between the braces."
        )
    elif compiles is not None and (reason := compiles(expression.source, expression.variables)):
        yield definition.error("expression", expression.path, f"This is not valid jq: {reason}", "Mend the expression.")


def _configuration(definition: Definition, expression: Expression) -> Iterator[Finding]:
    known = mapping(definition.config_schema.get("properties"))
    for name in dict.fromkeys(READ.findall(expression.source)):
        if name not in known:
            message = f"The expression reads the setting “{name}”, which the wizard does not ask for."
            mend = did_you_mean(name, known, "Add it to input.schema.document.properties.config.properties.")
            yield definition.error("unknown-setting", expression.path, message, mend)


def _unread(definition: Definition, found: list[Expression]) -> Iterator[Finding]:
    source = "\n".join(expression.source for expression in found)
    if re.search(re.escape(CONFIG) + r"(?![.\w])", source):
        return  # the configuration is read as a whole
    for name in mapping(definition.config_schema.get("properties")):
        if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", source):
            at = f"/input/schema/document/properties/config/properties/{name}"
            mend = f"Remove it, or read it as {CONFIG}.{name}."
            yield definition.warning("unused-setting", at, f"No expression reads the setting “{name}”.", mend)
