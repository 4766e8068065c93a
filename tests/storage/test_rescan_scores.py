"""Re-judging needs no picture: stored scores are compared with today's thresholds; what lacks scores stays as it is."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from filters.candidate import Language
from filters.decision import CleanPair
from filters.facts import Facts, Private, Score, StoredBytes
from filters.lineup import Thresholds
from filters.models import NO_MODELS, ModelCard, Models
from storage.errors import ObjectsUnavailable, RunIsHeld
from storage.pairs import list_pairs
from storage.rescan import Progress
from storage.rescan_records import RescanState
from storage.rescan_scores import Scored, Unscored
from storage.shares import Kept
from storage.tables import event, incident, measurement, pair, picture, withdrawn_match
from storage.withdrawal import Target, TargetKind, Withdrawals
from storage.withdrawn_pairs import list_withdrawn
from tests.storage.held_again import FIT, NAMES, SAFETY, Collection, collection, digest_of, facts, hash_of, score_of
from tests.storage.keys import object_key

ENGLISH = Language(label="en", confidence=0.9, detector="test@1")
NEWER = ModelCard(name=SAFETY.name, revision="7" * 32, unit="probability")
NEWER_FIT = replace(FIT, revision="8" * 32)
BOTH_NEWER = Models(safety=(NEWER,), fit=(NEWER_FIT,))


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Collection]:
    with collection(tmp_path) as found:
        found.list_()
        found.by = replace(found.by, names=(*NAMES, "consistency"))
        yield found
        assert found.crawl.verify() == []


@dataclass
class Saying:
    """Says the same of every picture and caption, or what `safety` and `fit` say of it, and notes what it was asked."""

    models: Models
    safety: Callable[[Unscored], float] = lambda unscored: 0.01
    fit: Callable[[str], float] = lambda caption: 3.0
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    dies_after: int | None = None
    blind: bool = False

    def score(self, pictures: Sequence[Unscored]) -> Sequence[Scored | None]:
        return [self._one(each) for each in pictures]

    def _one(self, unscored: Unscored) -> Scored | None:
        if self.dies_after is not None and len(self.asked) >= self.dies_after:
            raise Killed
        texts = tuple(each.text for each in unscored.candidates)
        self.asked.append((unscored.facts.digests.sha256, texts))
        assert hashlib.sha256(unscored.body).hexdigest() == unscored.facts.stored_sha256
        if self.blind:
            return None
        return Scored(
            safety=tuple(score_of(each, self.safety(unscored)) for each in self.models.safety),
            fit=tuple(tuple(score_of(each, self.fit(text)) for each in self.models.fit) for text in texts),
        )


class Killed(BaseException):
    """The process ends here."""


def keep(
    held: Collection,
    number: int,
    *texts: str,
    safety: float = 0.01,
    fit: float = 3.0,
    language: str = "en",
    stored: StoredBytes | None = None,
) -> None:
    """Store one picture under captions, with what the models of then said of it."""
    page_id = held.crawl.new_page(f"{number} {texts}")
    entries = []
    for text in texts or (f"a caption, number {number}",):
        measured = replace(scored(number, safety, fit), stored=stored)
        subject = held.subject(page_id, number, measured, text)
        candidate = replace(subject.candidate, language=replace(ENGLISH, label=language))
        decision = held.decision(replace(subject, candidate=candidate))
        assert subject.fetched is not None
        clean = CleanPair(candidate=candidate, fetched=subject.fetched, facts=measured, decision=decision)
        entries.append(Kept(pair=clean, object_key=object_key(digest_of(number))))
    held.crawl.record(page_id, *entries)


def scored(number: int, safety: float, fit: float) -> Facts:
    return replace(facts(number), safety=(score_of(SAFETY, safety),), fit=(score_of(FIT, fit),))


def pictures(held: Collection) -> set[str]:
    return {row.sha256 for row in held.crawl.rows(picture)}


def by(held: Collection, **thresholds: Any) -> None:
    held.by = replace(held.by, thresholds=replace(Thresholds(), **thresholds))


@pytest.mark.parametrize(
    ("thresholds", "withdrawn", "left"),
    [
        ({"consistency_min": {FIT.name: 2.0}}, {"caption.mismatch": 1}, {2, 3}),
        ({"consistency_min": {FIT.name: 2.0, f"{FIT.name}/en": 0.0}}, {}, {1, 2, 3}),
        ({"consistency_min": {f"{FIT.name}/en": 9.0}}, {"caption.mismatch": 3}, set()),
        ({"safety_drop": {SAFETY.name: 0.1}}, {"safety.nsfw": 1}, {1, 3}),
        ({"safety_hold": {SAFETY.name: 0.1}}, {"safety.uncertain": 1}, {1, 3}),
        ({}, {}, {1, 2, 3}),
    ],
    ids=["fit", "fit of another language", "fit of the language", "drop", "hold", "nothing"],
)
def test_a_changed_threshold_withdraws_exactly_what_it_refuses(
    held: Collection,
    thresholds: dict[str, dict[str, float]],
    withdrawn: dict[str, int],
    left: set[int],
) -> None:
    keep(held, 1, fit=1.0)
    keep(held, 2, safety=0.15)
    if left == {1, 3}:  # whether what was judged by then rests on a re-scan or on the crawl
        assert held.rescan().state is RescanState.DONE
    keep(held, 3)
    by(held, **thresholds)
    done = held.rescan()
    assert (done.state, dict(done.counts.withdrawn)) == (RescanState.DONE, withdrawn)
    assert pictures(held) == {digest_of(each) for each in left}
    assert {row.sha256 for row in held.crawl.rows(measurement)} == {digest_of(each) for each in {1, 2, 3} - left}


def test_a_minor_beside_what_today_counts_as_sexual_is_a_match(held: Collection) -> None:
    keep(held, 1, "a child with a kite above the beach", safety=0.15)
    keep(held, 2, "a kite above the beach", safety=0.15)
    by(held, safety_drop_with_minor={SAFETY.name: 0.1})
    done = held.rescan()
    assert (done.state, done.counts.matches, dict(done.counts.withdrawn)) == (RescanState.DONE, 1, {})
    assert pictures(held) == {digest_of(2)}
    assert [row.reason for row in held.crawl.rows(event)] == ["safety.minor"]
    assert len(held.crawl.rows(incident)) == 1


def test_a_match_by_words_found_late_leaves_the_same_picture_under_other_words(held: Collection) -> None:
    keep(held, 1, "a kite above the beach", safety=0.15)
    keep(held, 1, "a child with a kite above the beach", safety=0.15)
    by(held, safety_drop_with_minor={SAFETY.name: 0.1})
    done = held.rescan()
    assert (done.state, done.counts.matches, done.counts.beside_matches) == (RescanState.DONE, 1, 0)
    assert [each.alt_text for each in list_pairs(held.crawl.records.db)] == ["a kite above the beach"]
    assert pictures(held) == {digest_of(1)}
    assert held.crawl.rows(withdrawn_match) == []
    assert len(held.crawl.rows(incident)) == 1


def test_a_looser_threshold_brings_nothing_back(held: Collection) -> None:
    keep(held, 1, fit=1.0)
    keep(held, 2)
    by(held, consistency_min={FIT.name: 2.0})
    held.rescan()
    by(held)
    done = held.rescan()
    assert (done.state, dict(done.counts.withdrawn), pictures(held)) == (RescanState.DONE, {}, {digest_of(2)})
    assert [each.reason for each in list_withdrawn(held.crawl.records.db)] == ["caption.mismatch"]


def test_only_the_caption_that_does_not_fit_is_withdrawn(held: Collection) -> None:
    keep(held, 1, "a caption that fits")
    keep(held, 1, "a caption that does not", fit=1.0)
    by(held, consistency_min={FIT.name: 2.0})
    assert dict(held.rescan().counts.withdrawn) == {"caption.mismatch": 1}
    assert [each.alt_text for each in list_pairs(held.crawl.records.db)] == ["a caption that fits"]


@pytest.mark.parametrize(
    "models",
    [Models(safety=(NEWER,), fit=(FIT,)), Models(safety=(SAFETY,), fit=(NEWER_FIT,)), NO_MODELS],
    ids=["safety", "fit", "none is ready"],
)
def test_what_models_of_today_have_not_measured_stays_and_is_still_to_be_done(held: Collection, models: Models) -> None:
    keep(held, 1)
    keep(held, 2, fit=1.0)
    held.rescan()
    held.by = replace(held.by, models=models)
    by(held, consistency_min={FIT.name: 2.0})
    done = held.rescan()
    assert (done.state, dict(done.counts.withdrawn)) == (RescanState.INCOMPLETE, {})
    assert dict(done.counts.not_judged) == {"model.not-ready": 2}
    assert pictures(held) == {digest_of(1), digest_of(2)}


def test_what_a_list_has_is_taken_back_though_no_model_is_ready(held: Collection) -> None:
    keep(held, 1)
    keep(held, 2)
    held.by = replace(held.by, models=NO_MODELS)
    held.list_(("pdq", hash_of(1, 0)))
    done = held.rescan()
    assert (done.counts.matches, pictures(held)) == (1, {digest_of(2)})


def test_scores_that_are_missing_are_filled_in_and_judged(held: Collection) -> None:
    keep(held, 1)
    keep(held, 2, "a lighthouse", "a bowl of strawberries")
    keep(held, 3)
    held.rescan()
    held.by = replace(held.by, models=BOTH_NEWER)
    saying = Saying(
        BOTH_NEWER,
        safety=lambda unscored: 0.9 if unscored.facts.digests.sha256 == digest_of(3) else 0.02,
        fit=lambda caption: -1.0 if "bowl" in caption else 1.0,
    )
    done = held.rescan(scorer=saying)
    assert (done.state, done.counts.scored) == (RescanState.DONE, 4)
    assert dict(done.counts.withdrawn) == {"caption.mismatch": 1, "safety.nsfw": 1}
    assert sorted(saying.asked) == sorted(
        [
            (digest_of(1), ("a caption, number 1",)),
            (digest_of(2), pairs_of_second(held, saying)),
            (digest_of(3), ("a caption, number 3",)),
        ]
    )
    left = {each.alt_text: each for each in list_pairs(held.crawl.records.db)}
    assert set(left) == {"a caption, number 1", "a lighthouse"}
    assert {each.consistency_score for each in left.values()} == {1.0}
    assert [dict(each.safety_scores or {}) for each in left.values()] == [{SAFETY.name: 0.02}] * 2


def pairs_of_second(held: Collection, saying: Saying) -> tuple[str, ...]:
    """Each picture is looked at once, with all its captions, in whichever order."""
    (asked,) = (texts for digest, texts in saying.asked if digest == digest_of(2))
    assert set(asked) == {"a lighthouse", "a bowl of strawberries"}
    return asked


def test_the_score_of_a_model_of_today_is_shown_before_those_of_others(held: Collection) -> None:
    keep(held, 1)
    other = replace(FIT, name="other-fit")
    held.by = replace(held.by, models=Models(safety=(SAFETY,), fit=(other,)))
    by(held, consistency_min={"other-fit": 0.0})
    held.rescan(scorer=Saying(held.by.models, fit=lambda caption: 7.0))
    (found,) = list_pairs(held.crawl.records.db)
    assert (found.consistency_score, found.consistency_model) == (7.0, "other-fit")
    by(held)
    held.by = replace(held.by, models=Models(safety=(SAFETY,), fit=(FIT,)))
    assert held.rescan().state is RescanState.DONE  # what the first one said is still there


def test_what_has_scores_is_not_measured_again(held: Collection) -> None:
    keep(held, 1)
    held.by = replace(held.by, models=BOTH_NEWER)
    first, second = Saying(BOTH_NEWER), Saying(BOTH_NEWER)
    held.rescan(scorer=first)
    keep_scores = held.crawl.rows(pair)[0].fit
    done = held.rescan(scorer=second)
    assert (len(first.asked), second.asked, done.counts.scored) == (1, [], 0)
    assert held.crawl.rows(pair)[0].fit == keep_scores


def test_what_lost_its_scores_gets_them_again_though_its_verdicts_are_of_today(held: Collection) -> None:
    keep(held, 1)
    keep(held, 2)
    held.rescan()
    with held.crawl.records.db.write() as conn:
        conn.execute(update(pair).where(pair.c.sha256 == digest_of(1)).values(fit=None))
    saying = Saying(held.by.models)
    done = held.rescan(scorer=saying)
    assert (done.state, [digest for digest, _ in saying.asked]) == (RescanState.DONE, [digest_of(1)])


def test_what_another_filter_refuses_is_not_measured_at_all(held: Collection) -> None:
    keep(held, 1, "short")
    held.by = replace(held.by, models=BOTH_NEWER, thresholds=Thresholds(alt_min_characters=12))
    saying = Saying(BOTH_NEWER)
    done = held.rescan(scorer=saying)
    assert (dict(done.counts.withdrawn), saying.asked) == ({"alt.too-short": 1}, [])


def test_bytes_that_private_metadata_was_taken_out_of_are_known_by_their_own_digest(held: Collection) -> None:
    body = b" " * facts(1).digests.size_bytes
    sha256 = hashlib.sha256(body).hexdigest()
    stored = StoredBytes(removed=(Private.GPS,), sha256=sha256, size_bytes=len(body))
    keep(held, 1, stored=stored)
    held.crawl.objects.put_all({object_key(digest_of(1)): body})
    held.by = replace(held.by, models=BOTH_NEWER)
    saying = Saying(BOTH_NEWER)
    assert held.rescan(scorer=saying).state is RescanState.DONE
    assert {digest for digest, _ in saying.asked} == {digest_of(1)}


@pytest.mark.parametrize("gone", ["missing", "altered", "blind"])
def test_what_cannot_be_looked_at_stays_and_is_still_to_be_done(held: Collection, gone: str) -> None:
    keep(held, 1)
    keep(held, 2)
    key = object_key(digest_of(1))
    body = held.crawl.objects.get(key)
    held.by = replace(held.by, models=BOTH_NEWER)
    if gone == "missing":
        held.crawl.objects.delete(key)
    if gone == "altered":
        held.crawl.objects.put_all({key: b"other bytes"})
    saying = Saying(BOTH_NEWER, blind=gone == "blind")
    done = held.rescan(scorer=saying)
    assert done.state is RescanState.INCOMPLETE
    assert dict(done.counts.not_judged) == {"model.not-ready": 2 if gone == "blind" else 1}
    assert (digest_of(1) in {digest for digest, _ in saying.asked}) is (gone == "blind")
    assert len(pictures(held)) == 2
    held.crawl.objects.put_all({key: body})


def test_a_store_that_does_not_answer_is_not_taken_for_pictures_that_are_gone(held: Collection) -> None:
    """It would be asked for each of them, and the re-scan would end as if it had looked."""

    def no_answer(key: str) -> bytes:
        raise ObjectsUnavailable("no answer")

    keep(held, 1)
    held.by = replace(held.by, models=BOTH_NEWER)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(held.crawl.objects, "get", no_answer)
        with pytest.raises(ObjectsUnavailable):
            held.rescan(scorer=Saying(BOTH_NEWER))
    assert held.rescan(scorer=Saying(BOTH_NEWER), resume=True).state is RescanState.DONE


@pytest.mark.parametrize("value", [None, float("nan")])
def test_what_is_no_number_is_asked_for_again(held: Collection, value: float | None) -> None:
    keep(held, 1)
    held.by = replace(held.by, models=BOTH_NEWER)

    class Failing(Saying):
        def _one(self, unscored: Unscored) -> Scored:
            said = Score(model=NEWER.name, revision=NEWER.revision, value=value, failure="crashed")
            return Scored(safety=(said,), fit=((score_of(NEWER_FIT, 3.0),),))

    done = held.rescan(scorer=Failing(BOTH_NEWER))
    assert (done.state, dict(done.counts.not_judged)) == (RescanState.INCOMPLETE, {"model.not-ready": 1})
    (kept,) = list_pairs(held.crawl.records.db)
    assert dict(kept.safety_scores or {}) == {SAFETY.name: 0.01}
    assert held.rescan(scorer=Saying(BOTH_NEWER)).state is RescanState.DONE


@pytest.mark.parametrize(("dies_after", "resume"), [(0, True), (1, False), (2, True), (3, False), (3, True)])
def test_killed_while_it_measures_and_run_again_it_comes_to_the_same_end(
    held: Collection, monkeypatch: pytest.MonkeyPatch, dies_after: int, resume: bool
) -> None:
    monkeypatch.setattr("storage.rescan_scores.PICTURES_AT_ONCE", 1)
    for number in range(1, 5):
        keep(held, number)
    held.rescan()
    held.by = replace(held.by, models=BOTH_NEWER)
    unsafe = digest_of(2)

    def safety(unscored: Unscored) -> float:
        return 0.9 if unscored.facts.digests.sha256 == unsafe else 0.02

    killed = Saying(BOTH_NEWER, safety=safety, dies_after=dies_after)
    with pytest.raises(Killed):
        held.rescan(scorer=killed)
    again = Saying(BOTH_NEWER, safety=safety)
    done = held.rescan(scorer=again, resume=resume)
    assert (done.state, dict(done.counts.withdrawn)) == (RescanState.DONE, {"safety.nsfw": 1})
    assert pictures(held) == {digest_of(each) for each in (1, 3, 4)}
    asked = [digest for digest, _ in killed.asked + again.asked]
    assert sorted(asked) == sorted(set(asked))  # what was measured before it was killed counts
    assert {each.consistency_score for each in list_pairs(held.crawl.records.db)} == {3.0}


def test_a_language_that_no_model_measures_is_counted_before_anything_is_withdrawn_for_it(held: Collection) -> None:
    keep(held, 1)
    by(held, consistency_unmeasured="allow")
    keep(held, 2, "Eine Burg am Fluss", language="de")
    by(held)
    held.by = replace(held.by, models=BOTH_NEWER)
    told = held.rescan()
    assert (dict(told.counts.not_judged), told.counts.unmeasured) == ({"model.not-ready": 2}, 1)
    assert dict(told.counts.withdrawn) == {}
    done = held.rescan(scorer=Saying(BOTH_NEWER))
    assert (done.state, dict(done.counts.withdrawn)) == (RescanState.DONE, {"caption.not-measured": 1})
    assert (done.counts.unmeasured, pictures(held)) == (0, {digest_of(1)})


@pytest.mark.parametrize("allowed", [True, False])
def test_what_may_stay_unmeasured_is_not_counted(held: Collection, allowed: bool) -> None:
    by(held, consistency_unmeasured="allow")
    keep(held, 1, "Eine Burg am Fluss", language="de")
    held.by = replace(held.by, models=BOTH_NEWER)
    by(held, consistency_unmeasured="allow" if allowed else "unsure")
    assert held.rescan().counts.unmeasured == (0 if allowed else 1)


def test_one_that_was_cut_off_without_models_is_gone_on_with_from_what_waits_for_them(
    held: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 5):
        keep(held, number)
    held.by = replace(held.by, models=BOTH_NEWER)
    monkeypatch.setattr("storage.rescan.BATCH_ROWS", 2)

    def dying(progress: Progress) -> None:
        if progress.what == "pairs" and progress.done == 2:
            raise Killed

    with pytest.raises(Killed):
        held.rescan(told=dying)
    done = held.rescan(scorer=Saying(BOTH_NEWER), resume=True)
    assert (done.state, done.counts.scored, dict(done.counts.not_judged)) == (RescanState.DONE, 4, {})


def test_while_one_is_at_work_no_other_begins(held: Collection) -> None:
    keep(held, 1)
    held.by = replace(held.by, models=BOTH_NEWER)

    def interfering(unscored: Unscored) -> float:
        with pytest.raises(RunIsHeld, match="another re-scan is at work"):
            held.rescan()
        return 0.02

    assert held.rescan(scorer=Saying(BOTH_NEWER, safety=interfering)).state is RescanState.DONE


def test_what_is_withdrawn_while_models_look_at_it_stays_away(held: Collection) -> None:
    keep(held, 1)
    keep(held, 2)
    held.by = replace(held.by, models=BOTH_NEWER)
    records, target = held.crawl.records, Target(kind=TargetKind.IMAGE, value=digest_of(1))

    def withdrawing(unscored: Unscored) -> float:
        if unscored.facts.digests.sha256 == digest_of(1):
            Withdrawals(records.db, records.ledger, held.crawl.objects).withdraw(target, by="ann", why="asked")
        return 0.02

    done = held.rescan(scorer=Saying(BOTH_NEWER, safety=withdrawing))
    assert (done.state, pictures(held)) == (RescanState.DONE, {digest_of(2)})
