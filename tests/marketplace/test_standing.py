"""The words for how an integration stands."""

from apps.marketplace.standing import Facts, Word, standing_of


def test_what_does_its_work_says_no_more():
    standing = standing_of(Facts())
    assert (standing.word, standing.sentence) == (Word.RUNNING, "")


def test_what_was_stopped_by_the_team_says_so_first():
    assert "Our team has stopped" in standing_of(Facts(is_stopped=True, is_paused=True, broken=["CRM"])).sentence


def test_a_pause_is_not_a_call_for_help():
    assert standing_of(Facts(is_paused=True, broken=["CRM"], failure="No.")).word is Word.PAUSED


def test_a_broken_connection_comes_before_the_failure_that_it_caused():
    standing = standing_of(Facts(broken=["Shop", "CRM"], failure="No."))
    assert standing.word is Word.NEEDS_YOU
    assert standing.sentence == "“Shop” and “CRM” do not let us in any more. Enter the access details again."


def test_a_failed_run_needs_somebody():
    standing = standing_of(Facts(failure="Try again."))
    assert (standing.word, standing.sentence) == (Word.NEEDS_YOU, "The last run did not finish. Try again.")
