"""Refuse pictures from hosts that nobody has vetted, in a run that asks for it."""

from filters.decision import Filter, Needs, Subject
from filters.indexes.hosts import NotAHost
from filters.indexes.sources import VettedSources
from filters.reason import ListReason, Reason
from filters.revision import revision_of
from filters.verdict import Outcome, Verdict


class VettedSourceReason(Reason):
    NOT_VETTED = "source.not-vetted", Outcome.REFUSED, "the run takes pictures of vetted sources only"
    UNREADABLE = "source.unreadable", Outcome.UNSURE, "no host can be read from the address of the picture"


class VettedSource(Filter):
    """Refuse a picture if its host, or that of a redirect hop, is no vetted source; only with `VETTED_ONLY`.

    Example: with museum.example vetted, a picture on cdn.example.
    Near miss: a picture on images.museum.example, which is covered by it.
    Evidence: `list` (`sources@number`); of a clean pair also `host` and `licence` of the entry.
    Without `VETTED_ONLY` everything is clean, with `required` false.
    """

    name = "vetted-source"
    version = "1"
    needs = Needs.ADDRESS

    def __init__(self, sources: VettedSources | None, *, required: bool = False) -> None:
        self._sources = sources
        self._required = required
        compared = None if sources is None or not required else sources.revision
        self.revision = revision_of([required, compared])

    def judge(self, subject: Subject) -> Verdict:
        if not self._required:
            return self.clean(required=False)
        if self._sources is None:
            return self.unsure(ListReason.NOT_READY)
        hops = () if subject.fetched is None else subject.fetched.hops
        try:
            found = [self._sources.find(url) for url in (subject.candidate.image_url, *(hop.url for hop in hops))]
        except NotAHost:
            return self.unsure(VettedSourceReason.UNREADABLE)
        last = found[-1]
        if last is None or None in found:
            return self.refused(VettedSourceReason.NOT_VETTED, list=f"sources@{self._sources.number}")
        return self.clean(host=last.host, licence=last.licence, list=f"sources@{self._sources.number}")
