"""Edits of a text that change nothing outside the part they are about: comments, order and spelling stay."""

from .errors import CannotEdit

__all__ = ["CannotEdit"]
