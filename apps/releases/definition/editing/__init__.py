"""Edits of a text that change nothing outside the part they are about: comments, order and spelling stay.

Every function takes a definition and returns its new text, which reads as exactly the intended document; where that
cannot be done it raises CannotEdit.
"""

from .errors import CannotEdit
from .nodes import move_item, put, put_all, remove, rename_key
from .steps import delete_step, duplicate_step, free_name, insert_step, move_step, rename_step, replace_step

__all__ = [
    "CannotEdit",
    "delete_step",
    "duplicate_step",
    "free_name",
    "insert_step",
    "move_item",
    "move_step",
    "put",
    "put_all",
    "remove",
    "rename_key",
    "rename_step",
    "replace_step",
]
