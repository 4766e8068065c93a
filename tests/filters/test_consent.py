from dataclasses import replace

import pytest

from filters.consent import Consent
from filters.decision import Subject
from filters.facts import Rights
from filters.signals.signal import Protocol, Saying, Says, Scope, Signal
from filters.verdict import Outcome, Verdict
from tests.filters.filter_contract import FilterContract
from tests.filters.subjects import AT, candidate, facts, fetched, subject, visit


def saying(protocol: str, says: str) -> Saying:
    return Saying(protocol=Protocol(protocol), says=Says(says), found_in="somewhere", raw="words")


def signal(protocol: str = "tdmrep", says: str = "deny", scope: str = "page") -> Signal:
    return Signal(saying=saying(protocol, says), scope=Scope(scope), url="https://signs.test/", at=AT)


def heard(*signals: Signal, sayings: tuple[Saying, ...] = ()) -> Subject:
    """Return a subject whose page, host, answer and file say so."""
    of_page = tuple(each for each in signals if each.scope in (Scope.PAGE, Scope.PAGE_HOST))
    of_image = tuple(each for each in signals if each not in of_page)
    return subject(
        candidate(page=replace(visit(), consent=of_page)),
        reached=replace(fetched(), consent=of_image),
        measured=replace(facts(), rights=Rights(sayings=sayings)),
    )


class TestConsent(FilterContract):
    filter = Consent()
    clean = heard()
    refused = heard(signal())
    near_miss = heard(signal(says="unknown"))
    unsure = subject(candidate(page=replace(visit(), consent=None)))

    def judge_golden(
        self,
        *,
        signals: tuple[tuple[str, str, str], ...] = (),
        sayings: tuple[tuple[str, str], ...] = (),
        protocols: tuple[str, ...] = tuple(map(str, Protocol)),
        unknown_means: str = "allow",
        asked: bool = True,
    ) -> Verdict:
        shown = heard(*(signal(*each) for each in signals), sayings=tuple(saying(*each) for each in sayings))
        judge = Consent(protocols=protocols, unknown_means=Says(unknown_means)).judge
        return judge(shown if asked else self.unsure)


@pytest.mark.parametrize("scope", [each for each in Scope if each is not Scope.IMAGE_FILE])
@pytest.mark.parametrize("protocol", [each for each in Protocol if each is not Protocol.ROBOTS])
def test_any_no_refuses_whatever_else_is_said(protocol: Protocol, scope: Scope) -> None:
    verdict = Consent().judge(heard(signal(says="allow"), signal(protocol, "deny", scope), signal("aipref", "allow")))
    assert (verdict.outcome, verdict.reason) == (Outcome.REFUSED, "consent.opt-out")
    assert verdict.evidence["scope"] == scope.value


@pytest.mark.parametrize(
    ("shown", "scope"),
    [
        (subject(reached=replace(fetched(), consent=None)), "image response"),
        (subject(measured=replace(facts(), rights=None)), "image file"),
    ],
)
def test_what_was_there_and_not_looked_at_is_unsure(shown: Subject, scope: str) -> None:
    verdict = Consent().judge(shown)
    assert (verdict.outcome, verdict.reason) == (Outcome.UNSURE, "consent.not-asked")
    assert dict(verdict.evidence) == {"scope": scope}


def test_a_no_for_want_of_a_document_may_be_tried_again_and_one_that_was_read_not() -> None:
    unread = Saying(
        protocol=Protocol.TDMREP, says=Says.DENY, found_in="tdmrep.json", raw="could not be read: status 503"
    )
    signal = Signal(saying=unread, scope=Scope.IMAGE_HOST, url="https://signs.test/", at=AT)
    assert Consent().judge(heard(signal)).evidence["retry"] == "transient"
    assert Consent().judge(heard(replace(signal, document="5e" * 32))).evidence["retry"] == "permanent"


def test_a_picture_that_was_fetched_and_not_measured_yet_is_judged_by_what_was_heard() -> None:
    assert Consent().judge(replace(heard(), facts=None)).outcome is Outcome.CLEAN
    assert Consent().judge(replace(heard(signal(scope="image response")), facts=None)).outcome is Outcome.REFUSED


def test_unknown_is_not_held_against_a_picture_before_all_of_it_was_seen() -> None:
    page_only = replace(heard(), fetched=None, facts=None)
    assert Consent(unknown_means=Says.DENY).judge(page_only).outcome is Outcome.CLEAN


@pytest.mark.parametrize("other", [Consent(protocols=("rsl",)), Consent(unknown_means=Says.DENY)])
def test_revision_changes_with_the_policy(other: Consent) -> None:
    assert other.revision != Consent().revision
