"""Names of versions by the template's scheme."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.releases.definition.diff import ChangeLevel
from apps.releases.naming import Scheme, problem, suggest

TODAY = date(2026, 3, 9)


@pytest.mark.parametrize(
    ("scheme", "previous", "level", "name"),
    [
        ("none", ["anything"], "fix", ""),
        ("semver", [], "fix", "1.0.0"),
        ("semver", ["1.2.3", "1.2.2"], "fix", "1.2.4"),
        ("semver", ["1.2.3"], "feature", "1.3.0"),
        ("semver", ["1.2.3-order-retry-logic"], "breaking", "2.0.0"),
        ("semver", ["1.1.1", "2.0.0", "odd"], "fix", "2.0.1"),
        ("date", ["2026-03-08"], "fix", "2026-03-09"),
        ("date", ["2026-03-09"], "fix", "2026-03-09.1"),
        ("date", ["2026-03-09.1", "2026-03-09"], "fix", "2026-03-09.2"),
        ("milestone", [], "fix", "first-release"),
        ("milestone", ["order-sync-v1"], "fix", "order-sync-v2"),
        ("milestone", ["Pre launch!"], "fix", "pre-launch-v2"),
        ("milestone", ["order-sync-v1", "order-sync-v2"], "fix", "order-sync-v3"),
    ],
)
def test_the_next_name_is_suggested(scheme: str, previous: list[str], level: str, name: str) -> None:
    assert suggest(scheme, previous, TODAY, ChangeLevel(level)) == name


@pytest.mark.parametrize(
    ("scheme", "name"),
    [
        ("none", "What we shipped to Cleo (final)"),
        ("semver", "1.2.0"),
        ("semver", "1.2.0-order-retry-logic"),
        ("semver", "2.0.0-rc1"),
        ("date", "2026-03-09"),
        ("date", "2026-03-09.1"),
        ("date", "2026-03-09-hotfix-auth"),
        ("date", "2026-Q1"),
        ("milestone", "api-v2-migration"),
    ],
)
def test_names_that_follow_their_scheme(scheme: str, name: str) -> None:
    assert problem(scheme, name, ["other"]) is None


@pytest.mark.parametrize(
    ("scheme", "name", "sentence"),
    [
        ("none", "  ", "Give the version a name."),
        ("none", " x", "The name begins or ends with a space."),
        ("none", "x" * 81, "The name is longer than 80 characters."),
        ("none", "OTHER", "There is a version called “OTHER” already."),
        ("semver", "1.2", "“1.2” does not follow this template's naming scheme: three numbers"),
        ("semver", "01.2.3", "“01.2.3” does not follow"),
        ("semver", "v1.2.3", "“v1.2.3” does not follow"),
        ("date", "2026-02-30", "“2026-02-30” does not follow"),
        ("date", "9.3.2026", "“9.3.2026” does not follow"),
        ("milestone", "Order Sync", "“Order Sync” does not follow"),
    ],
)
def test_a_bad_name_is_refused_with_its_reason(scheme: str, name: str, sentence: str) -> None:
    assert (problem(scheme, name, ["other"]) or "").startswith(sentence)


@given(
    st.sampled_from([Scheme.SEMVER, Scheme.DATE, Scheme.MILESTONE]),
    st.lists(st.from_regex(r"\A([a-z-]{1,8}(-v\d)?|\d\.\d\.\d|2026-03-09(\.\d)?)\Z"), max_size=6),
    st.sampled_from(ChangeLevel),
)
def test_a_suggestion_is_never_refused(scheme: Scheme, previous: list[str], level: ChangeLevel) -> None:
    assert problem(scheme, suggest(scheme, previous, TODAY, level), previous) is None
