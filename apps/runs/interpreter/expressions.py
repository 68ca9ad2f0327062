"""Runtime expressions inside a document: which strings are jq, and which variables they see."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.runs.interpreter.effects import Effects, ExpressionFailed
from apps.runs.interpreter.problems import Fault, problem

_ENCLOSED = re.compile(r"\s*\$\{(?P<program>.+)\}\s*", re.DOTALL)
_VARIABLE = re.compile(r"\$\s*([A-Za-z_]\w*)")
# The DSL's arguments exist in every expression; where one has no meaning it is null.
ARGUMENTS = ("context", "input", "output", "secrets", "authorization", "task", "workflow", "runtime")


@dataclass(frozen=True)
class Evaluator:
    """Evaluates for one stage of one task. ``reference`` is where a failure is reported."""

    effects: Effects
    variables: Mapping[str, Any]
    reference: str

    async def expression(self, text: str, value: Any) -> Any:
        """Evaluate a string that is an expression with or without ``${ }``."""
        enclosed = _ENCLOSED.fullmatch(text)
        return await self._run(enclosed["program"] if enclosed else text, value)

    async def condition(self, text: str, value: Any) -> bool:
        """Evaluate an expression to jq's truth: everything but null and false."""
        result = await self.expression(text, value)
        return result is not None and result is not False

    async def filled(self, template: Any, value: Any) -> Any:
        """Return the template with every ``${ }`` string in it replaced. What comes out is never evaluated again."""
        if isinstance(template, str) and (enclosed := _ENCLOSED.fullmatch(template)):
            return await self._run(enclosed["program"], value)
        if isinstance(template, dict):
            return {key: await self.filled(part, value) for key, part in template.items()}
        if isinstance(template, list):
            return [await self.filled(part, value) for part in template]
        return template

    async def transformed(self, transformation: Any, value: Any) -> Any:
        """Apply an ``input.from``, ``output.as`` or ``export.as``: an expression, or a template of them."""
        if isinstance(transformation, str):
            return await self.expression(transformation, value)
        return await self.filled(transformation, value)

    async def _run(self, program: str, value: Any) -> Any:
        named = set(_VARIABLE.findall(program))
        arguments = {name: self.variables.get(name) for name in named if name in self.variables or name in ARGUMENTS}
        try:
            return await self.effects.evaluate(program.strip(), value, arguments)
        except ExpressionFailed as failed:
            raise Fault(problem("expression", instance=self.reference, detail=str(failed))) from None
