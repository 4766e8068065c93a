"""Compare local picture files with the lists of known material, as a crawl would."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from console.configuration import Configuration
from console.measured_files import measure
from console.printable import printable
from console.reasons import meaning
from filters.candidate import Candidate, PageVisit
from filters.decision import Lineup, Subject, decide
from filters.exact_hash import ExactHash
from filters.facts import Facts
from filters.indexes.known_material import KnownMaterial
from filters.near_hash import NearHash
from filters.verdict import Evidence, Outcome


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What the lists say of one file; fields as in a verdict. No hash of the file is held."""

    file: str
    outcome: Outcome
    reason: str | None
    evidence: Evidence

    @property
    def sentence(self) -> str:
        name = printable(self.file)
        if self.outcome is Outcome.CLEAN:
            return f"{name}: clean"
        if self.outcome is Outcome.UNSURE:
            return f"{name}: nobody could look ({self.reason}: {meaning(self.reason or '')})"
        said = self.evidence
        how = f"{said['type']}, {said['distance_bits']} bits away, at most {said['needed']} match"
        return f"{name}: {self.reason} {said['list']} ({how})"


def compare(files: Sequence[Path], known: KnownMaterial, configuration: Configuration) -> Iterator[Compared]:
    """Yield what every list says of each file. A file is in no network, so synthetic lists count everywhere."""
    lists = replace(known, lists=tuple(replace(each, synthetic=False) for each in known.lists), provisional=True)
    near = NearHash(lists, min_quality=configuration.whole("PDQ_MIN_QUALITY"))
    lineup = Lineup(filters=(ExactHash(lists), near), epoch=0)
    for file, facts in measure(files, configuration):
        yield _compared(file, facts, lineup)


def _compared(file: Path, facts: Facts, lineup: Lineup) -> Compared:
    verdict = decide(lineup, Subject(candidate=of_address(file.absolute().as_uri()), facts=facts)).decisive
    if verdict is None:
        return Compared(file=str(file), outcome=Outcome.CLEAN, reason=None, evidence={})
    undecoded = facts.picture is None and facts.flaw is not None and verdict.outcome is Outcome.UNSURE
    reason = facts.flaw.value if undecoded and facts.flaw is not None else verdict.reason
    return Compared(file=str(file), outcome=verdict.outcome, reason=reason, evidence=verdict.evidence)


def of_address(here: str) -> Candidate:
    """Filters are shown a subject with a page: this one stands for a picture that is on none."""
    visit = PageVisit(
        page_id="",
        url=here,
        final_url=here,
        hops=(),
        status=0,
        headers=(),
        fetched_at=datetime.now(UTC),
        depth=0,
        seed=here,
        found_on=None,
    )
    return Candidate(visit=visit, image_url_found=here, image_url=here, text_raw="", text="", text_source=None)
