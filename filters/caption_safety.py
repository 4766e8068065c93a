"""Refuse captions that speak of sexual content, before anything is fetched."""

from filters.decision import Filter, Needs, Subject
from filters.indexes.terms import SafetyTerms, Tells
from filters.reason import ListReason, Reason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict


class CaptionSafetyReason(Reason):
    TERM = "safety.term", Outcome.REFUSED, "the caption speaks of sexual content"
    MINOR_TERM = (
        "safety.minor-term",
        Outcome.REFUSED,
        "the caption, or the page's title, speaks of a minor and of sexual content",
    )


class CaptionSafety(Filter):
    """Refuse a pair whose caption has a sexual term; with a term of a minor beside it, it is a match.

    Example: a caption that names what is in a pornographic film.
    Near miss: "Girl scout cookies", which has a term of a minor and nothing else; "A barn near Sussex".
    Evidence: `list`, the revision of the list of terms. Never the text, and never the term.

    Caption and title are read together for the match: a sexual term in one and a term of a minor in the other are
    enough, and so is a term of nudity beside one of a minor. A sexual term in the title alone refuses nothing. The
    picture of a match is never asked for: the match is an event and a sealed incident.
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
        if Tells.MINOR in told and not told.isdisjoint(_WITH_MINOR):
            return self.refused(CaptionSafetyReason.MINOR_TERM, list=self._terms.revision)
        if Tells.SEXUAL in caption:
            return self.refused(CaptionSafetyReason.TERM, list=self._terms.revision)
        return self.clean(list=self._terms.revision)


_WITH_MINOR = frozenset({Tells.SEXUAL, Tells.NUDITY})
