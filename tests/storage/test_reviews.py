"""A person may have looked at again what a filter was unsure about, and overrides nothing."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from filters.lineup import REVIEWABLE_REASONS
from filters.reason import Reason
from filters.verdict import Outcome
from storage.errors import NotAllowed, NothingToReview
from storage.incident_records import IncidentRecords
from storage.redaction import redact
from storage.retries import pages_to_retry
from storage.review_queue import Step, steps_of
from storage.reviews import Growth, Reviews, ReviewState
from storage.shares import Refused
from storage.tables import ledger_body, sighting
from tests.past_rules import change
from tests.storage import samples
from tests.storage.one_crawl import Crawl, crawling

UNCERTAIN = "language.uncertain"


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    with crawling(tmp_path) as found:
        yield found


def unsure(page_id: str, number: int, reason: str = UNCERTAIN, outcome: Outcome = Outcome.UNSURE) -> Refused:
    decision = samples.decided("alt-text", reason, outcome)  # whichever filter of the samples' lineup
    return Refused(candidate=samples.candidate(page_id, number), fetched=None, decision=decision)


def reviews(crawl: Crawl, *, expires_days: int = 30, two_persons: tuple[str, ...] = ()) -> Reviews:
    db, ledger = crawl.records.db, crawl.records.ledger
    return Reviews(db=db, ledger=ledger, expires_days=expires_days, two_persons=two_persons)


def seen(crawl: Crawl, *numbers: int, page: str = "") -> list[str]:
    """Record what is unsure, and return the ids of its sightings."""
    page_id = crawl.new_page(page)
    crawl.record(page_id, *(unsure(page_id, each) for each in numbers))
    return [row.id for row in sorted(crawl.rows(sighting)) if row.page_id == page_id]


def test_only_reasons_about_words_and_use_are_for_review() -> None:
    of_filters = [each for kind in Reason.__subclasses__() for each in kind if each.value in REVIEWABLE_REASONS]
    assert {each.value for each in of_filters} == REVIEWABLE_REASONS
    assert {each.outcome for each in of_filters} == {Outcome.UNSURE}
    never = ("hash.", "safety.", "remote.", "filter.", "withdrawn.", "inspection.", "page.", "image.")
    assert not [each for each in REVIEWABLE_REASONS if each.startswith(never) or each.endswith(".not-ready")]


@pytest.mark.parametrize(
    ("reason", "outcome", "waits"),
    [
        *((each, Outcome.UNSURE, True) for each in sorted(REVIEWABLE_REASONS)),
        *((each, Outcome.UNSURE, False) for each in ("hash.low-quality", "safety.uncertain", "model.not-ready")),
        *((each, Outcome.UNSURE, False) for each in ("filter.crashed", "somebody.elses")),
        (UNCERTAIN, Outcome.REFUSED, False),
    ],
)
def test_what_waits_is_unsure_for_a_reason_that_is_allowed(
    crawl: Crawl, reason: str, outcome: Outcome, waits: bool
) -> None:
    page_id = crawl.new_page()
    crawl.record(page_id, unsure(page_id, 1, reason, outcome), samples.kept(page_id, 2), samples.failed(page_id, 3))
    assert [each.reason for each in reviews(crawl).waiting()] == [reason] * waits
    (row,) = [each for each in crawl.rows(sighting) if each.reason == reason]
    if not waits:
        with pytest.raises(NothingToReview, match="altsieve review list"):
            reviews(crawl).decide(row.id, accept=True, by="ann", why="why not")


def test_the_oldest_waits_first_and_can_be_gone_on_from(crawl: Crawl) -> None:
    first, second, third = seen(crawl, 1, 2, 3)
    assert [each.sighting_id for each in reviews(crawl).waiting()] == [first, second, third]
    assert [each.sighting_id for each in reviews(crawl).waiting(after=first)] == [second, third]


@pytest.mark.parametrize(
    ("accept", "state", "step"),
    [(True, ReviewState.ACCEPTED, Step.ACCEPT), (False, ReviewState.REFUSED, Step.REFUSE)],
)
def test_a_decision_is_recorded_with_who_and_why_and_stands(
    crawl: Crawl, accept: bool, state: ReviewState, step: Step
) -> None:
    (one,) = seen(crawl, 1)
    done = reviews(crawl).decide(one, accept=accept, by="ann", why="looked at it")
    assert (done.state, [(each.step, each.by, each.why) for each in done.decisions]) == (
        state,
        [(step, "ann", "looked at it")],
    )
    assert list(reviews(crawl).waiting()) == []
    with pytest.raises(NotAllowed, match=f"it is {state}"):
        reviews(crawl).decide(one, accept=not accept, by="ben", why="no")
    assert reviews(crawl).show(one) == done
    assert crawl.verify() == []


def test_only_what_was_accepted_is_fetched_again(crawl: Crawl) -> None:
    one, other, _ = seen(crawl, 1, 2, 3)
    assert pages_to_retry(crawl.records.db, crawl.run.run_id) == []
    reviews(crawl).decide(one, accept=True, by="ann", why="yes")
    reviews(crawl).decide(other, accept=False, by="ann", why="no")
    (page,) = pages_to_retry(crawl.records.db, crawl.run.run_id)
    (row,) = [each for each in crawl.rows(sighting) if each.id == one]
    assert page.image_keys == {row.image_key}


def test_what_was_judged_again_stands_in_its_place(crawl: Crawl) -> None:
    (one,) = seen(crawl, 1, page="a")
    reviews(crawl).decide(one, accept=True, by="ann", why="yes")
    (again,) = seen(crawl, 1, page="b")
    assert [each.sighting_id for each in reviews(crawl).waiting()] == [again]
    assert pages_to_retry(crawl.records.db, crawl.run.run_id) == []
    with pytest.raises(NothingToReview, match="judged again"):
        reviews(crawl).show(one)


def test_two_persons_accept_where_the_policy_says_so(crawl: Crawl) -> None:
    (one,) = seen(crawl, 1)
    queue = reviews(crawl, two_persons=(UNCERTAIN,))
    assert queue.decide(one, accept=True, by="ann", why="yes").state is ReviewState.AWAITS_ANOTHER
    assert pages_to_retry(crawl.records.db, crawl.run.run_id) == []
    for name in ("ann", " Ann "):
        with pytest.raises(NotAllowed, match="another person"):
            queue.decide(one, accept=True, by=name, why="yes")
    assert queue.decide(one, accept=True, by="ben", why="yes").state is ReviewState.ACCEPTED
    assert len(pages_to_retry(crawl.records.db, crawl.run.run_id)) == 1


def test_one_person_refuses_what_another_accepted_first(crawl: Crawl) -> None:
    (one,) = seen(crawl, 1)
    queue = reviews(crawl, two_persons=(UNCERTAIN,))
    queue.decide(one, accept=True, by="ann", why="yes")
    assert queue.decide(one, accept=False, by="ann", why="no").state is ReviewState.REFUSED


def test_a_first_person_whose_name_was_blanked_cannot_be_told_from_the_second(crawl: Crawl) -> None:
    (one,) = seen(crawl, 1)
    queue = reviews(crawl, two_persons=(UNCERTAIN,))
    queue.decide(one, accept=True, by="ann", why="yes")
    with crawl.records.db.write() as conn:
        here = ledger_body.c.segment == "operators"
        conn.execute(update(ledger_body).where(here).values(salt=None, body=None))
    with pytest.raises(NotAllowed, match="another person"):
        queue.decide(one, accept=True, by="ben", why="yes")


def test_a_policy_that_names_what_nobody_reviews_is_said_at_once(crawl: Crawl) -> None:
    with pytest.raises(NotAllowed, match=r"names what nobody reviews: safety\.uncertain"):
        reviews(crawl, two_persons=("safety.uncertain",))


def test_what_nobody_decides_in_time_counts_as_refused(crawl: Crawl) -> None:
    (one,) = seen(crawl, 1)
    late = reviews(crawl, expires_days=0)
    assert list(late.waiting()) == []
    assert late.show(one).state is ReviewState.EXPIRED
    with pytest.raises(NotAllowed, match="it is expired"):
        late.decide(one, accept=True, by="ann", why="yes")
    reviews(crawl).decide(one, accept=True, by="ann", why="in time")
    assert late.show(one).state is ReviewState.ACCEPTED


def test_the_growth_counts_what_came_was_decided_and_expires(crawl: Crawl) -> None:
    one, other, _ = seen(crawl, 1, 2, 3)
    page_id = crawl.new_page("another")
    crawl.record(page_id, unsure(page_id, 4, "caption.not-measured"))
    reviews(crawl).decide(one, accept=True, by="ann", why="yes")
    reviews(crawl).decide(other, accept=False, by="ann", why="no")
    assert reviews(crawl).growth() == Growth(
        waiting=Counter({UNCERTAIN: 1, "caption.not-measured": 1}), came=4, decided=2
    )
    assert reviews(crawl, expires_days=3).growth().expiring == 2


def test_of_what_turns_out_to_stand_beside_a_match_no_word_of_the_review_is_left(crawl: Crawl) -> None:
    (one,) = seen(crawl, 1)
    reviews(crawl).decide(one, accept=True, by="ann", why="a word about the picture")
    records = IncidentRecords(keys=crawl.records.keys, public_key=None, run_id=crawl.run.run_id)
    with crawl.records.db.write() as conn:
        redact(conn, crawl.records.ledger, records, sighting.c.id == one)
        assert {each.why for each in steps_of(conn, [one])[one]} == {None}
    assert "a word about the picture" not in crawl.records.ledger_text
    assert crawl.verify() == []
    with pytest.raises(NothingToReview):
        reviews(crawl).show(one)


def test_a_decision_that_is_changed_in_the_ledger_is_found(tmp_path: Path) -> None:
    with crawling(tmp_path) as crawl:
        (one,) = seen(crawl, 1)
        reviews(crawl).decide(one, accept=False, by="ann", why="no")
        assert crawl.verify() == []
        said = "UPDATE ledger_body SET body = replace(body, :old, :new) WHERE segment = 'operators'"
        change(tmp_path, said, old="ann", new="ben")
        assert [each.code for each in crawl.verify()] == ["body.changed"]
