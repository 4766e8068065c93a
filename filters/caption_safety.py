"""Refuse captions that speak of sexual content, before anything is fetched."""

from typing import Final

from filters.decision import Filter, Needs, Subject
from filters.indexes.terms import SafetyTerms, Tells
from filters.reason import ListReason, Reason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict


class CaptionSafetyReason(Reason):
    TERM = (
        "safety.term",
        Outcome.REFUSED,
        "the caption speaks of sexual content, or with the page's title of nudity and of somebody young",
    )
    MINOR_TERM = (
        "safety.minor-term",
        Outcome.REFUSED,
        "caption and page's title speak of a minor and of sexual content, or the caption of a bare minor",
    )


class CaptionSafety(Filter):
    """Refuse a pair whose caption has a sexual term; with a term of a minor beside it, it is a match.

    Example: a caption that names what is in a pornographic film.
    Near miss: "Girl scout cookies", which has a term of a minor and nothing else; "A barn near Sussex".
    Evidence: `list`, the revision of the list of terms. Never the text, and never the term.

    Caption and title are read together: a sexual term in one and a term of a minor in the other make a match, and so
    does a term of nudity in the caption with one of a minor at most two words away. Farther apart, in the title, or
    with a word that means adults as well (as "girl" does), they only refuse. A sexual term in the title alone refuses
    nothing. The picture of a match is never asked for: the match is an event and a sealed incident.
    """

    name = "caption-safety"
    version = "1"
    needs = Needs.ADDRESS

    def __init__(self, terms: SafetyTerms | None) -> None:
        self._terms = terms
        self.revision = revision_of({"terms": None if terms is None else terms.revision})

    def judge(self, subject: Subject) -> Verdict:
        if self._terms is None:
            return self.unsure(ListReason.NOT_READY)
        candidate = subject.candidate
        language = None if candidate.language is None else candidate.language.label
        caption = self._terms.in_text(candidate.text, language)
        told = caption | self._terms.in_text(candidate.visit.title, language)
        if told >= _OF_A_MINOR or (told >= _BARE and self._terms.bares_a_minor(candidate.text, language)):
            return self.refused(CaptionSafetyReason.MINOR_TERM, list=self._terms.revision)
        if Tells.SEXUAL in caption or _speaks_of_young(caption, told):
            return self.refused(CaptionSafetyReason.TERM, list=self._terms.revision)
        return self.clean(list=self._terms.revision)


def _speaks_of_young(caption: frozenset[Tells], told: frozenset[Tells]) -> bool:
    """A title may use in one sense a word that has several: then the caption is to add something."""
    beside = bool(told & _YOUNG) and bool(told & _WITH_YOUNG)
    return beside and (Tells.MINOR in told or bool(caption & (_YOUNG | _WITH_YOUNG)))


_OF_A_MINOR: Final = frozenset({Tells.MINOR, Tells.SEXUAL})
_BARE: Final = frozenset({Tells.MINOR, Tells.NUDITY})
_YOUNG: Final = frozenset({Tells.MINOR, Tells.YOUNG})
_WITH_YOUNG: Final = frozenset({Tells.SEXUAL, Tells.NUDITY})
