"""Have the models of today score what is held and lacks their scores, from the bytes that are stored."""

import hashlib
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from sqlalchemy import Connection, update

from filters.candidate import Candidate
from filters.facts import Facts, Score
from filters.models import ModelCard, Models
from filters.reason import ModelReason
from storage.batches import chunks
from storage.canonical import plain
from storage.database import Database
from storage.errors import ObjectMissing
from storage.kept_pictures import key_of, note_safety
from storage.objects import ObjectStore
from storage.rescan_judging import Judges
from storage.rescan_subjects import HeldPair
from storage.scores import merged
from storage.tables import pair

PICTURES_AT_ONCE: Final = 16
"""So many are in memory together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unscored:
    """A picture that is held, with its bytes, and the candidates that its pairs were made of."""

    facts: Facts
    body: bytes = field(repr=False)
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """What models said of a picture, and of each of its candidates in their order."""

    safety: tuple[Score, ...]
    fit: tuple[tuple[Score, ...], ...]


class Scorer(Protocol):
    """Who asks the models; it may take as long as it needs."""

    def score(self, pictures: Sequence[Unscored]) -> Sequence[Scored | None]:
        """Return what they said of each, in order; None of one that could not be looked at."""
        ...


def lacks_scores(models: Models, held: HeldPair) -> bool:
    """Say whether a model of today gave no number for it, be it that it was never asked."""
    facts, language = held.subject.facts, held.subject.candidate.language
    if facts is None:
        return False
    fit = [each for each in models.fit if each.measures(None if language is None else language.label)]
    return _lacks(models.safety, facts.safety) or _lacks(fit, facts.fit)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rescoring:
    """Fill in what is missing, and nothing else; what was filled in stays, whatever becomes of the re-scan."""

    db: Database
    objects: ObjectStore
    models: Models
    scorer: Scorer

    def waits(self, judges: Judges, held: HeldPair) -> bool:
        """Say whether it is only for want of scores that it cannot be judged."""
        decisive = judges.decision(held).decisive
        for_want = decisive is not None and decisive.reason == ModelReason.NOT_READY
        return for_want and lacks_scores(self.models, held)

    def filled_in(self, pairs: Iterable[HeldPair]) -> Iterator[HeldPair]:
        """Yield the pairs with their scores, picture by picture; those as they were that could not be scored."""
        of_picture: dict[str, list[HeldPair]] = {}
        for each in pairs:
            of_picture.setdefault(each.sha256, []).append(each)
        for some in chunks(of_picture.values(), PICTURES_AT_ONCE):
            yield from self._scored(some)

    def _scored(self, pictures: Sequence[list[HeldPair]]) -> Iterator[HeldPair]:
        asked = [(pairs, unscored) for pairs in pictures if (unscored := self._unscored(pairs)) is not None]
        said = self.scorer.score([unscored for _, unscored in asked]) if asked else []
        found = {pairs[0].sha256: scored for (pairs, _), scored in zip(asked, said, strict=True)}
        with self.db.write() as conn:
            noted = [_noted(conn, pairs, found.get(pairs[0].sha256)) for pairs in pictures]
        for pairs in noted:
            yield from pairs

    def _unscored(self, pairs: Sequence[HeldPair]) -> Unscored | None:
        """Return None if its bytes are not there as they were stored: `verify` says so too."""
        facts = pairs[0].subject.facts
        try:
            key = key_of(self.db, pairs[0].sha256)
            body = b"" if key is None else self.objects.get(key)
        except ObjectMissing:
            return None
        if facts is None or hashlib.sha256(body).hexdigest() != facts.stored_sha256:
            return None
        return Unscored(facts=facts, body=body, candidates=tuple(each.subject.candidate for each in pairs))


def _noted(conn: Connection, pairs: Sequence[HeldPair], scored: Scored | None) -> Sequence[HeldPair]:
    """Return the pairs of a picture with what was said of them. What is no number is not noted, but asked for again."""
    if scored is None:
        return pairs
    safety = _numbers(scored.safety)
    note_safety(conn, pairs[0].sha256, safety)
    now = [_with(each, safety, _numbers(said)) for each, said in zip(pairs, scored.fit, strict=True)]
    for each in now:
        conn.execute(update(pair).where(pair.c.id == each.pair_id).values(fit=_plain_fit(each)))
    return now


def _lacks(cards: Iterable[ModelCard], scores: Iterable[Score] | None) -> bool:
    given = {(each.model, each.revision) for each in _numbers(scores or ())}
    return any((each.name, each.revision) not in given for each in cards)


def _numbers(scores: Iterable[Score]) -> tuple[Score, ...]:
    return tuple(each for each in scores if each.value is not None and math.isfinite(each.value))


def _with(held: HeldPair, safety: tuple[Score, ...], fit: tuple[Score, ...]) -> HeldPair:
    facts = held.subject.facts
    if facts is None:
        return held
    now = replace(facts, safety=merged(facts.safety, safety), fit=merged(facts.fit, fit))
    return replace(held, subject=replace(held.subject, facts=now))


def _plain_fit(held: HeldPair) -> object:
    return None if held.subject.facts is None else plain(held.subject.facts.fit)
