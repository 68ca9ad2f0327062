"""The form of one page of the wizard."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.forms import BoundField

from apps.deployments.config_form.fields import MISSING, answer_from, field_for, initial_for
from apps.deployments.config_form.judge import Fault, faults_of
from apps.deployments.config_form.questions import Json, Kind, Question, Schema


@dataclass(frozen=True)
class Asked:
    """A question as it stands on the page, with its field, or the fields of its members."""

    question: Question
    fields: list[BoundField]
    is_new: bool

    @property
    def is_group(self) -> bool:
        return bool(self.question.members)


class ConfigForm(forms.Form):
    """Asks the questions of one page. ``answers`` are those so far, ``asked`` the names of questions asked before;
    ``mark_new`` points the others out.

    After ``is_valid``, ``answers_given`` holds an answer for every question that got one; a question left blank is
    absent from it. The schema judges every answer, whatever the fields thought of it.
    """

    def __init__(
        self,
        schema: Schema,
        page: Mapping[str, Question],
        *,
        data: Any = None,
        answers: Mapping[str, Json],
        asked: Collection[str] = (),
        mark_new: bool = False,
    ) -> None:
        super().__init__(data, prefix="answer")
        self.schema, self.page, self.answers, self.asked = schema, page, answers, frozenset(asked)
        self.mark_new = mark_new
        self.answers_given: dict[str, Json] = {}
        for question in page.values():
            self._ask(question, _present(question, answers, self.asked))

    def _ask(self, question: Question, value: Json) -> None:
        if question.kind is Kind.OBJECT:
            self._ask_members(question, {} if value is MISSING else value, is_new=value is MISSING)
        elif question.kind is not Kind.SECRET:
            self._add(question.name, question, value)

    def _ask_members(self, question: Question, values: Json, *, is_new: bool) -> None:
        for member in question.members:
            # In a group that may stay blank the schema says what is missing, once anything is filled in.
            asked = replace(member, required=member.required and question.required)
            self._add(
                f"{question.name}.{member.name}", asked, _present(member, values, () if is_new else (member.name,))
            )

    def _add(self, name: str, question: Question, value: Json) -> None:
        self.fields[name] = field_for(question)
        if value is not MISSING:
            self.initial[name] = initial_for(question, value)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for question in self.page.values():
            value = self._answer(question, cleaned)
            if value is MISSING:
                continue
            self.answers_given[question.name] = value
            for fault in faults_of(self.schema, question.name, value):
                self._blame(question, fault)
        return cleaned

    def _answer(self, question: Question, cleaned: Mapping[str, Any]) -> Json:
        if question.kind is Kind.OBJECT:
            return self._group_answer(question, cleaned)
        return answer_from(question, cleaned[question.name]) if question.name in cleaned else MISSING

    def _group_answer(self, question: Question, cleaned: Mapping[str, Any]) -> Json:
        names = {member.name: f"{question.name}.{member.name}" for member in question.members}
        members = {
            member.name: answer_from(member, cleaned[names[member.name]])
            for member in question.members
            if names[member.name] in cleaned
        }
        given = {name: value for name, value in members.items() if value is not MISSING}
        # A box that is not ticked does not begin a group.
        is_blank = all(value is False for value in given.values()) and question.name not in self.answers
        return MISSING if is_blank and not question.required else given

    def _blame(self, question: Question, fault: Fault) -> None:
        name = question.name
        if question.kind is Kind.OBJECT:
            inside = f"{name}.{fault.place}"
            name = inside if inside in self.fields else next(iter(self.fields_of(question)))
        if not self.has_error(name):
            self.add_error(name, fault.sentence if name == question.name else fault.message)

    def fields_of(self, question: Question) -> list[str]:
        """Return the names of the form fields that ask a question."""
        if question.kind is Kind.OBJECT:
            return [f"{question.name}.{member.name}" for member in question.members]
        return [question.name] if question.name in self.fields else []

    @property
    def questions(self) -> Iterator[Asked]:
        """The page's questions in order, for the template."""
        for question in self.page.values():
            if names := self.fields_of(question):
                is_new = self.mark_new and question.name not in self.asked
                yield Asked(question, [self[name] for name in names], is_new)


def _present(question: Question, answers: Mapping[str, Json], asked: Collection[str]) -> Json:
    """The answer so far; the default only for a question that was never asked, so that a cleared one stays clear."""
    if question.name in answers:
        return answers[question.name]
    if question.name not in asked and question.has_default:
        return question.default
    return MISSING
