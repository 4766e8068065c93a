"""Lay down what every view shows: pairs, refusals, a match, lists and two runs, some of it hostile."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from storage.blocklists import Blocklists
from storage.hash_lists import HashLists
from storage.tables import incident as incident_table
from storage.tables import sighting
from tests.console.web.serving import Web, serving
from tests.storage import samples
from tests.storage.covered import cover
from tests.storage.one_crawl import crawling
from tests.storage.test_reviews import unsure

CAPTION = "<script>alert('a caption')</script> & \"more\" \u202etxt"
HOSTILE = 'https://pages.example/"><img src=x onerror=alert(1)>'
MANY = 60
LISTED = "d41d8cd98f00b204e9800998ecf84270"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A server beside a finished run: more pairs and refusals than a page shows, and a match."""

    web: Web
    run_id: str
    before: str
    """A run that found nothing."""
    incident: str
    pair_ids: tuple[str, ...]
    sha256: str
    waits: str
    """A sighting that is to be reviewed."""

    @property
    def views(self) -> list[str]:
        return [
            "/",
            "/runs",
            f"/runs/{self.run_id}",
            "/pairs",
            "/pairs?host=pages.example",
            "/refusals",
            f"/refusals?reason=alt.too-short&run={self.run_id}",
            f"/pairs/{self.pair_ids[0]}",
            f"/pairs/{self.pair_ids[0]}?picture=shown",
            f"/images/{self.sha256}",
            "/hosts/pages.example",
            "/urls?url=" + quote("https://pictures.example/1.jpg"),
            f"/runs/{self.before}",
            f"/runs/{self.run_id}/beside",
            f"/runs/{self.run_id}/beside?other={self.before}",
            "/lists",
            "/lists/operator",
            "/lists/known",
            "/incidents",
            "/review",
            f"/review/{self.waits}",
        ]


@contextmanager
def showing(folder: Path) -> Iterator[Shown]:
    with crawling(folder) as empty:
        empty.end()
    with crawling(folder) as crawl:
        page_id = crawl.new_page()
        kept = [samples.kept(page_id, number, text=CAPTION if number == 1 else None) for number in range(1, MANY + 1)]
        refused = [samples.refused(page_id, number) for number in range(MANY + 1, 2 * MANY)]
        hostile = samples.refused(page_id, 2 * MANY, image_url=HOSTILE)
        crawl.record(page_id, *kept, *refused, hostile, unsure(page_id, 500), samples.failed(page_id, 501))
        incident = crawl.new_page("incident")
        crawl.record(incident, samples.match(incident, 600), samples.beside(incident, 601))
        Blocklists(crawl.records.db, crawl.records.ledger).add(["pages.example"], why="<b>asked</b> us", by="ann")
        HashLists(crawl.records.db, crawl.records.ledger).add(LISTED, "md5", "known", why="case 7", by="ben")
        cover(crawl.records.db)  # else no picture is shown: lists have come since it was judged
        (incident_row,) = crawl.rows(incident_table)
        (waits,) = [each for each in crawl.rows(sighting) if each.outcome == "unsure"]
        crawl.end()
        told = (crawl.run.run_id, tuple(each.pair.pair_id for each in kept), kept[0].pair.facts.digests.sha256)
    with serving(folder) as web:
        yield Shown(
            web=web,
            run_id=told[0],
            before=empty.run.run_id,
            incident=incident_row.event_id,
            pair_ids=told[1],
            sha256=told[2],
            waits=waits.id,
        )
