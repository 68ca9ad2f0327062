"""Forms about people."""

from django.contrib.auth.forms import AuthenticationForm


class LoginForm(AuthenticationForm):
    """Name and password."""

    error_messages = {
        "invalid_login": "This name and password do not fit together. Check both; passwords are case-sensitive.",
        "inactive": "This name and password do not fit together. Check both; passwords are case-sensitive.",
    }
