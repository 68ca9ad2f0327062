"""Answers as a person reads them, and what differs between two sets of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from apps.deployments.config_form.questions import Json, Question


@dataclass(frozen=True)
class Answer:
    """One answer in words. ``name`` is its key in the configuration."""

    name: str
    title: str
    text: str


@dataclass(frozen=True)
class Change:
    """One answer that differs; None where there was or will be none."""

    name: str
    title: str
    before: str | None
    after: str | None


def told(config: Mapping[str, Json], questions: Mapping[str, Question]) -> list[Answer]:
    """Return every answer, those of the questions first and in their order."""
    names = [*(name for name in questions if name in config), *(name for name in config if name not in questions)]
    return [Answer(name, _title(name, questions), words(config[name], questions.get(name))) for name in names]


def changes(
    before: Mapping[str, Json],
    after: Mapping[str, Json],
    *,
    asked_before: Mapping[str, Question],
    asked_after: Mapping[str, Question],
) -> list[Change]:
    """Return what differs, in the order of the questions asked after."""
    names = dict.fromkeys([*asked_after, *asked_before, *after, *before])
    return [
        Change(
            name,
            _title(name, {**asked_before, **asked_after}),
            words(before[name], asked_before.get(name)) if name in before else None,
            words(after[name], asked_after.get(name)) if name in after else None,
        )
        for name in names
        if _differs(before, after, name)
    ]


def words(value: Json, question: Question | None = None) -> str:
    """Return a value as text: the words of a choice, Yes or No, a list with commas, anything else as JSON."""
    labels = [text for choice, text in question.choices if is_same(choice, value)] if question else []
    if labels:
        return labels[0]
    match value:
        case bool():
            return "Yes" if value else "No"
        case str():
            return value
        case list() if all(isinstance(entry, str) for entry in value):
            return ", ".join(value)
        case dict() if question and question.members:
            asked = {member.name: member for member in question.members}
            return ", ".join(f"{answer.title}: {answer.text}" for answer in told(value, asked))
        case _:
            return json.dumps(value, ensure_ascii=False)


def is_same(one: Json, other: Json) -> bool:
    """Equality of JSON: true is not 1."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _differs(before: Mapping[str, Json], after: Mapping[str, Json], name: str) -> bool:
    if name not in before or name not in after:
        return (name in before) is not (name in after)
    return not is_same(before[name], after[name])


def _title(name: str, questions: Mapping[str, Question]) -> str:
    return questions[name].title if name in questions else name
