from filters.page_incident import PageIncidentReason, beside_a_match
from filters.verdict import Outcome


def test_what_stands_beside_a_match_is_refused_without_a_word_of_why() -> None:
    verdict = beside_a_match()
    assert (verdict.outcome, verdict.reason) == (Outcome.UNSURE, "page.incident")
    assert (verdict.filter, verdict.filter_version) == ("page-incident", "2")
    assert dict(verdict.evidence) == {}


def test_every_such_verdict_is_the_same_so_that_none_points_to_its_match() -> None:
    assert beside_a_match() == beside_a_match()
    assert PageIncidentReason.PAGE_INCIDENT.outcome is beside_a_match().outcome
