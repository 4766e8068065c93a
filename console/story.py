"""Tell what happened to one picture on one page, in the order of time, for a reader who does not know the program."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from console.output import cell, moment, table
from console.printable import printable
from console.reasons import meaning
from filters.candidate import Candidate, Hop
from filters.facts import Facts, Private, Score, StoredBytes
from filters.signals.signal import Protocol, Saying, Says, Signal
from filters.verdict import Verdict
from storage.trail_parts import LedgerPlace, TrailSighting

IN_BRIEF: Final[Mapping[str, Callable[[TrailSighting], object]]] = {
    "judged": lambda s: s.judged_at,
    "outcome": lambda s: s.outcome,
    "reason": lambda s: s.reason,
    "picture": lambda s: s.image_url,
    "page": lambda s: s.page_url,
}
"""One line of a sighting, where there are many."""

_VERDICT: Final[Mapping[str, Callable[[Verdict], object]]] = {
    "filter": lambda v: v.filter,
    "version": lambda v: v.filter_version,
    "list or model": lambda v: v.revision[:16],
    "verdict": lambda v: v.outcome.value if v.reason is None else f"{v.outcome.value}: {v.reason}",
    "evidence": lambda v: v.evidence or None,
}


def story(sighting: TrailSighting, *, with_facts: bool = True) -> Iterator[str]:
    """Yield the lines about a sighting: found, reached, measured, judged, recorded."""
    yield f"sighting {sighting.sighting_id} of run {sighting.run_id}"
    yield from _found(sighting)
    yield from _picture_reached(sighting)
    if sighting.facts is not None:
        yield from _measured(sighting.facts) if with_facts else ("  measured as above",)
        yield from _scores("how well the caption fits", sighting.facts.fit)
    yield from _judged(sighting)
    yield from _recorded(sighting)


def place(ledger: LedgerPlace) -> str:
    return f"ledger segment {ledger.segment}, record {ledger.sequence}, hash {ledger.hash}"


def _found(sighting: TrailSighting) -> Iterator[str]:
    candidate = sighting.candidate
    if candidate is None:
        yield f"  found on the page {printable(sighting.page_url)}"
        return
    visit = candidate.visit
    yield f"  found on the page {printable(visit.url)}" + _titled(visit.title)
    yield f"    {_way_there(candidate)}"
    yield from _hops(visit.hops)
    yield from _signals(visit.consent)
    yield f"  its text, from {cell(candidate.text_source)}: {_quoted(candidate.text)}{_language(candidate)}"
    if candidate.text_raw != candidate.text:
        yield f"    as the page spells it: {_quoted(candidate.text_raw)}"


def _picture_reached(sighting: TrailSighting) -> Iterator[str]:
    yield f"  the picture {printable(sighting.image_url)}"
    if not sighting.hops:
        yield f"    {_unreached(sighting)}"
    yield from _hops(sighting.hops)
    if sighting.fetched is not None:
        yield from _signals(sighting.fetched.consent)


def _unreached(sighting: TrailSighting) -> str:
    if sighting.pair_id is not None and sighting.candidate is None:
        return "its text, its facts and how it came were deleted when it was withdrawn"
    return "nobody answered" if sighting.outcome == "failed" else "was not requested"


def _measured(facts: Facts) -> Iterator[str]:
    digests, shown = facts.digests, facts.picture
    yield f"  measured on its {digests.size_bytes} bytes"
    yield f"    SHA-256 {digests.sha256}"
    if shown is not None:
        view = shown.views[0]
        yield f"    {shown.format}, {shown.width_px} x {shown.height_px} pixels, {_frames(shown.frames)}"
        yield f"    PDQ {view.pdq}, quality {view.pdq_quality}"
    if facts.flaw is not None:
        yield f"    flaw {facts.flaw.value}: {meaning(facts.flaw.value)}"
    yield from _stored_without(facts.stored)
    yield "    by " + ", ".join(f"{name} {version}" for name, version in facts.measured_by)
    yield from _scores("how unsafe it looks", facts.safety)


_WITHOUT = {
    Private.GPS: "the position of the device",
    Private.PLACE: "names of places",
    Private.SERIAL: "serial numbers and the maker's note",
    Private.OWNER: "whose device it was",
    Private.THUMBNAIL: "thumbnails",
    Private.HISTORY: "the history of the file",
    Private.UNREAD: "metadata that could not be read",
}


def _stored_without(stored: StoredBytes | None) -> Iterator[str]:
    """Say in a sentence what was taken out of the bytes that are stored, if anything was."""
    if stored is not None and stored.removed:
        yield f"    stored without {', '.join(_WITHOUT[each] for each in stored.removed)}: SHA-256 {stored.sha256}"


def _scores(of_what: str, scores: Iterable[Score] | None) -> Iterator[str]:
    """What filters compare with thresholds, each with the model that gave it."""
    for each in scores or ():
        said = f"no number ({cell(each.failure)})" if each.value is None else f"{each.value:.4g}"
        yield f"    {of_what}: {said} by {printable(each.model)}, revision {printable(each.revision[:16])}"


def _judged(sighting: TrailSighting) -> Iterator[str]:
    lists = f"lists in force: {', '.join(sighting.lists)}" if sighting.lists else "no list was in force"
    yield f"  judged at {moment(sighting.judged_at)} in gate epoch {sighting.epoch}; {lists}"
    if not sighting.verdicts:
        yield "    no filter was asked"
    yield from (f"    {line}" for line in table(sighting.verdicts, _VERDICT))


def _recorded(sighting: TrailSighting) -> Iterator[str]:
    yield f"  {_outcome(sighting)}"
    if sighting.ledger is not None:
        yield f"  {place(sighting.ledger)}"


def _outcome(sighting: TrailSighting) -> str:
    if sighting.outcome == "stored":
        return f"so it was stored as pair {sighting.pair_id}"
    why = f"so it was {sighting.outcome}" if sighting.verdicts else sighting.outcome
    said = f"{why}: {cell(sighting.reason)}, {meaning(sighting.reason or '')}".rstrip(", ")
    return said if sighting.pair_id is None else f"{said}; that pair is {sighting.pair_id}"


def _way_there(candidate: Candidate) -> str:
    visit = candidate.visit
    if visit.found_on is None:
        return "a seed of the run"
    links = "1 link" if visit.depth == 1 else f"{visit.depth} links"
    return f"linked from {printable(visit.found_on)}, {links} away from the seed {printable(visit.seed)}"


def _hops(hops: Iterable[Hop]) -> Iterator[str]:
    for each in hops:
        address = "an address that was not told" if each.address is None else each.address
        yield f"    {moment(each.answered_at)}  {each.status} from {address} for {printable(each.url)}"


def _signals(signals: Iterable[Signal] | None) -> Iterator[str]:
    """What the owner said of its use, and where the document lies that said so."""
    if signals is None:
        yield "    nobody asked whether it may be used"
    for each in signals or ():
        said = each.saying
        yield (
            f"    {moment(each.at)}  the {each.scope.value} {means(said)}: "
            f"{_protocol(said)}, {_quoted(said.raw)}, at {printable(each.url)}"
        )
        if each.document is not None:
            yield f"      kept; type: altsieve audit document {each.document}"


def means(said: Saying) -> str:
    """Say it in words: of robots.txt, what it lets be fetched; of all else, what it lets be used."""
    if said.protocol is Protocol.ROBOTS:
        return "forbids to fetch it" if said.says is Says.DENY else "lets it be fetched"
    return {Says.DENY: "says no", Says.ALLOW: "says yes", Says.UNKNOWN: "says neither yes nor no"}[said.says]


def _protocol(said: Saying) -> str:
    protocol, place = said.protocol.value, printable(said.found_in)
    return place if protocol in place else f"{protocol} in {place}"


def _titled(title: str) -> str:
    return f", {_quoted(title)}" if title else ""


def _language(candidate: Candidate) -> str:
    language = candidate.language
    if language is None:
        return ""
    return f" (language {language.label}, confidence {language.confidence:.2f}, by {language.detector})"


def _frames(count: int) -> str:
    return "1 frame" if count == 1 else f"{count} frames"


def _quoted(text: str) -> str:
    return f'"{printable(text)}"'
