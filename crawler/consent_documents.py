"""Hold the bodies of what owners said until they are recorded with the first decision that rests on them."""

from collections import Counter, OrderedDict
from collections.abc import Iterable
from typing import Final

from filters.candidate import PageVisit
from filters.decision import Decision
from filters.facts import Fetched
from filters.signals.signal import Document, Signal
from filters.verdict import Verdict
from storage.shares import Kept, Refused, Share

MOST_BYTES: Final = 64 << 20
_MOST_RECORDED: Final = 200_000


class ConsentDocuments:
    """At most `most_bytes` of bodies; those that no open page relies on make room, the longest unused first.

    Nothing is written from here: a body goes into the transaction of a sighting that names it, so that no document
    shows where a match was.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._held: OrderedDict[str, Document] = OrderedDict()
        self._pinned: Counter[str] = Counter()
        self._of_page: dict[str, set[str]] = {}
        self._recorded: dict[str, None] = {}

    def hold(self, document: Document) -> bool:
        """Say whether there is room for it."""
        if self.knows(document.sha256):
            return True
        if not self._has_room_for(len(document.body)):
            return False
        self._held[document.sha256] = document
        self._bytes += len(document.body)
        return True

    def knows(self, sha256: str) -> bool:
        """Say whether its body can be recorded, or has been."""
        if sha256 in self._held:
            self._held.move_to_end(sha256)
            return True
        return sha256 in self._recorded

    def pin(self, page_id: str, named: Iterable[str]) -> bool:
        """Keep what a page relies on until `release`, and say whether all of it is known."""
        wanted = set(named)
        if not all(self.knows(each) for each in wanted):
            return False
        pinned = self._of_page.setdefault(page_id, set())
        self._pinned.update(wanted - pinned)
        pinned |= wanted
        return True

    def release(self, page_id: str) -> None:
        for sha256 in self._of_page.pop(page_id, ()):
            self._pinned[sha256] -= 1
            if self._pinned[sha256] <= 0:
                del self._pinned[sha256]

    def bodies(self, named: Iterable[str]) -> tuple[Document, ...]:
        """Return those that are not known to be recorded."""
        return tuple(self._held[each] for each in dict.fromkeys(named) if each in self._held)

    def recorded(self, named: Iterable[str]) -> None:
        """Let go of bodies that are durable."""
        for sha256 in named:
            if sha256 in self._held:
                self._forget(sha256)
            self._recorded[sha256] = None
        while len(self._recorded) > _MOST_RECORDED:
            del self._recorded[next(iter(self._recorded))]

    def _has_room_for(self, size_bytes: int) -> bool:
        needed = self._bytes + size_bytes - self._most_bytes
        unused: list[str] = []
        for sha256, document in self._held.items() if needed > 0 else ():
            if needed > 0 and sha256 not in self._pinned:
                needed -= len(document.body)
                unused.append(sha256)
        for each in unused:
            self._forget(each)
        return needed <= 0

    def _forget(self, sha256: str) -> None:
        self._bytes -= len(self._held.pop(sha256).body)


def named_by(signals: Iterable[Signal] | None) -> set[str]:
    return {each.document for each in signals or () if each.document is not None}


def named_in(share: Share) -> set[str]:
    """Return the documents that the sightings of a share may name; a match and what stands beside it name none."""
    named: set[str] = set()
    for each in share.entries:
        match each:
            case Kept():
                named |= _named(each.candidate.visit, each.pair.fetched, each.pair.decision)
            case Refused():
                named |= _named(each.candidate.visit, each.fetched, each.decision)
    return named


def named_in_evidence(verdicts: Iterable[Verdict]) -> set[str]:
    documents = (each.evidence.get("document") for each in verdicts)
    return {each for each in documents if isinstance(each, str)}


def _named(visit: PageVisit, fetched: Fetched | None, decision: Decision) -> set[str]:
    heard = named_by(None if fetched is None else fetched.consent)
    return named_by(visit.consent) | heard | named_in_evidence(decision.verdicts)
