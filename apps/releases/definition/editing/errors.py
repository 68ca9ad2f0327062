"""Why an edit cannot be made."""


class CannotEdit(ValueError):
    """The edit would touch more than its part, or makes no sense here; the sentence says why and what to do instead."""
