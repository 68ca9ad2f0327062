"""What the YAML scanner complains about, in our words."""

from __future__ import annotations

FLATTEN = "Let steps stand side by side, or split the integration in two."
UNALIAS = "Write out some of what they stand for, or split the integration in two."
UNKNOWN_ALIAS = (
    "This alias (*) names an anchor (&) that does not exist above.",
    "Write the anchor before it is used, or quote a text that begins with a star.",
)
# What the scanner calls each problem, what we call it, and how to mend it.
EXPLAINED = {
    "mapping values are not allowed in this context": (
        "There is a colon where none can stand.",
        "Quote the text before or after it, or check the indentation.",
    ),
    "found character that cannot start any token": (
        "A tab or a reserved character (@, `, %) starts here.",
        "Indent with spaces, and quote texts that begin with such a character.",
    ),
    "could not find expected ':'": (
        "A key without its colon stands here.",
        "Write a colon and a space behind the key.",
    ),
    "did not find expected key": (
        "The indentation does not fit the lines above.",
        "Begin below the line it belongs to.",
    ),
    "did not find expected '-' indicator": (
        "The indentation does not fit the list above.",
        "Begin every item of a list below the dash of the first.",
    ),
    "did not find expected ',' or ']'": (
        "A list in brackets is not closed, or a comma is missing.",
        "Close it with ], or separate its items by commas.",
    ),
    "did not find expected ',' or '}'": (
        "An object in braces is not closed, or a comma is missing.",
        "Close it with }, or separate its members by commas.",
    ),
    "found unexpected end of stream": (
        "A quoted text is opened here and never closed.",
        "Write the same quote at its end, or quote the whole text the other way.",
    ),
    "found undefined alias": UNKNOWN_ALIAS,
    "block sequence entries are not allowed in this context": (
        "A list starts here where a single value is expected.",
        "Begin the list in a line of its own.",
    ),
}


def explained(problem: str) -> tuple[str, str]:
    """What a problem of the scanner means, and how to mend it."""
    otherwise = (f"This cannot be read as YAML: {problem}.", "Check the indentation and the quotes of this line.")
    return EXPLAINED.get(problem, otherwise)
