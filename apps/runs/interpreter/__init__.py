"""The interpreter of the Open Workflow DSL 1.0.3: pure, asynchronous, and the same on every replay.

It knows neither Django nor DBOS. Whatever touches the world goes through ``effects.Effects``.
"""

from apps.runs.interpreter.interpreter import Interpreter
from apps.runs.interpreter.problems import Fault, Unsupported

__all__ = ["Fault", "Interpreter", "Unsupported"]
