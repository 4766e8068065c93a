"""Make a database with incidents in a folder of the test, and the private key that opens them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from storage.incident_store import Incidents
from storage.incidents import new_key_pair
from tests.storage import samples
from tests.storage.one_crawl import Crawl, crawling

MATCHES = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """What a safety officer has before them: three incidents of a crawl, in the order of their ids; one a suspect."""

    crawl: Crawl
    incidents: Incidents
    private_key: str
    folder: Path

    @property
    def reported(self) -> list[str]:
        """Ids of those that are to be reported."""
        return [each.event_id for each in self.incidents.list() if each.due is not None]

    @property
    def suspect(self) -> str:
        return next(each.event_id for each in self.incidents.list() if each.due is None)


@contextmanager
def office(folder: Path, *, due_days: int = 3) -> Iterator[Office]:
    private, public = new_key_pair()
    with crawling(folder, incident_public_key=public, incident_due_days=due_days) as crawl:
        for number in range(1, MATCHES + 1):
            page_id = crawl.new_page(str(number))
            match = samples.match(page_id, number)
            if number == MATCHES:
                match = replace(match, decision=samples.decided("exact-hash", "hash.suspect"))
            crawl.record(page_id, match, samples.beside(page_id, 90 + number))
        crawl.end()
        incidents = Incidents(crawl.records.db, crawl.records.ledger)
        yield Office(crawl=crawl, incidents=incidents, private_key=private, folder=folder)
