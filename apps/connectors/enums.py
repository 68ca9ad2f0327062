"""Closed lists of the connectors app."""

from django.db.models import TextChoices

from apps.core.badges import Badge


class VersionState(TextChoices):
    """How far a connector version has come in its pipeline."""

    UPDATED = "updated", "Updated"
    BUILDING = "building", "Building"
    BUILD_FAILED = "build_failed", "Build failed"
    BUILT = "built", "Built"
    SYNCED_TO_DEV = "synced_to_dev", "Synced to dev"
    TESTED = "tested", "Tested"
    TEST_FAILED = "test_failed", "Test failed"
    SYNCED_TO_PROD = "synced_to_prod", "Synced to prod"
    RELEASED = "released", "Released"

    @property
    def badge(self) -> Badge:
        """What the state looks like and means."""
        return _VERSION_BADGES[self]


class Step(TextChoices):
    """One step of the pipeline that a person starts."""

    BUILD = "build", "Build"
    SYNC_TO_DEV = "sync_to_dev", "Sync to dev"
    TEST = "test", "Test"
    SYNC_TO_PROD = "sync_to_prod", "Sync to prod"
    RELEASE = "release", "Release"


class JobState(TextChoices):
    """Where a step of the pipeline that somebody asked for stands."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"

    @property
    def badge(self) -> Badge:
        """What the state looks like and means."""
        return _JOB_BADGES[self]


JOBS_UNDER_WAY = (JobState.QUEUED, JobState.RUNNING)


class SourceKind(TextChoices):
    """Where the OpenAPI document of a connector version comes from."""

    DOCUMENT = "document", "Uploaded or pasted document"
    ARCHIVE = "archive", "Uploaded archive"
    URL = "url", "Address"
    GIT = "git", "Git repository"


class Scheme(TextChoices):
    """How an API wants to know who calls."""

    NONE = "none", "No credentials"
    API_KEY = "api_key", "API key"
    BEARER = "bearer", "Bearer token"
    BASIC = "basic", "User name and password"
    OAUTH2_CLIENT_CREDENTIALS = "oauth2_client_credentials", "OAuth 2 client credentials"

    @property
    def secret_label(self) -> str:
        """What the secret of this scheme is called; empty where there is none."""
        return _SECRETS[self]

    @property
    def field_labels(self) -> dict[str, str]:
        """What a connection holds besides its secret: ``{"client_id": "Client id"}``."""
        return _FIELDS.get(self, {})


class UsedAs(TextChoices):
    """What the value of a field that each connection fills in is for."""

    SERVER = "server", "Part of the server's address"
    HEADER = "header", "Header of every call"
    QUERY = "query", "Query parameter of every call"
    NOTE = "note", "Note for people"


class RetryOn(TextChoices):
    """After what a call is tried again."""

    NO_ANSWER = "no_answer", "No answer"
    TOO_MANY = "429", "Too many calls (429)"
    SERVER_ERROR = "5xx", "Error of the server (500 to 599)"


class RatePer(TextChoices):
    """The span of a rate limit."""

    SECOND = "second", "second"
    MINUTE = "minute", "minute"
    HOUR = "hour", "hour"

    @property
    def seconds(self) -> int:
        """How long it is."""
        return {"second": 1, "minute": 60, "hour": 3_600}[self.value]


class PagingKind(TextChoices):
    """How an API divides a long answer."""

    NONE = "none", "No pages"
    PAGE = "page", "Page number"
    OFFSET = "offset", "Offset"
    CURSOR = "cursor", "Cursor"
    LINK = "link", "Link header"


class ConnectionState(TextChoices):
    """What the last test of a connection said."""

    UNTESTED = "untested", "Not tested"
    VALID = "valid", "Works"
    INVALID = "invalid", "Does not work"

    @property
    def badge(self) -> Badge:
        """What the state looks like and means."""
        return _CONNECTION_BADGES[self]


BINNED = Badge("In the bin", "Put away: nobody can pick, build or sync it until it is restored.", "red", "trash")

_VERSION_BADGES = {
    VersionState.UPDATED: Badge(
        "Updated",
        "Source or configuration changed since the last build; what is synced keeps serving.",
        "amber",
        "pencil",
    ),
    VersionState.BUILDING: Badge("Building", "The document is being read and compiled.", "blue", "loader-2"),
    VersionState.BUILD_FAILED: Badge(
        "Build failed", "The document could not be built; what is synced keeps serving.", "red", "alert-circle"
    ),
    VersionState.BUILT: Badge("Built", "A build is ready; no environment uses it yet.", "blue", "package"),
    VersionState.SYNCED_TO_DEV: Badge(
        "Synced to dev", "The newest build serves every development environment.", "blue", "cloud-upload"
    ),
    VersionState.TESTED: Badge("Tested", "The newest build answered its test call in development.", "blue", "checks"),
    VersionState.TEST_FAILED: Badge(
        "Test failed", "The newest build serves development, but its test call failed.", "red", "alert-circle"
    ),
    VersionState.SYNCED_TO_PROD: Badge(
        "Synced to prod", "The newest build serves every environment, production too.", "green", "cloud-check"
    ),
    VersionState.RELEASED: Badge(
        "Released", "The newest build serves production and is offered to builders.", "green", "rocket"
    ),
}

_JOB_BADGES = {
    JobState.QUEUED: Badge("Waiting", "The next free worker takes it.", "gray", "clock"),
    JobState.RUNNING: Badge("Running", "A worker carries it out; if it dies, the next goes on.", "blue", "loader-2"),
    JobState.SUCCEEDED: Badge("Succeeded", "It was carried out.", "green", "circle-check"),
    JobState.FAILED: Badge("Failed", "It ended without success; what is synced keeps serving.", "red", "alert-circle"),
}

_CONNECTION_BADGES = {
    ConnectionState.UNTESTED: Badge("Not tested", "Nobody has tried these credentials yet.", "gray", "help-circle"),
    ConnectionState.VALID: Badge("Works", "The last test was answered well.", "green", "circle-check"),
    ConnectionState.INVALID: Badge(
        "Does not work",
        "The API refused the last test, or did not answer.",
        "red",
        "plug-x",
    ),
}

_SECRETS = {
    Scheme.NONE: "",
    Scheme.API_KEY: "API key",
    Scheme.BEARER: "Token",
    Scheme.BASIC: "Password",
    Scheme.OAUTH2_CLIENT_CREDENTIALS: "Client secret",
}

_FIELDS = {
    Scheme.BASIC: {"username": "User name"},
    Scheme.OAUTH2_CLIENT_CREDENTIALS: {"client_id": "Client id"},
}
