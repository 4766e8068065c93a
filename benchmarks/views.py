"""Ask for every view of the page, and search, where a hundred thousand pairs are held and as many were refused."""

import argparse
import http.client
import os
import platform
import shutil
import time
from dataclasses import dataclass
from statistics import median
from typing import Final
from urllib.parse import quote

from sqlalchemy import case, func, insert, literal, null, select

from benchmarks.durability import settle
from benchmarks.durable_crawl import crawl, laid_down
from benchmarks.durable_fill import fill
from benchmarks.durable_stores import DATABASES, WORK, place
from benchmarks.record import record
from console.web.serving import LOOPBACK
from console.web.views import Views
from storage.database import Database
from storage.keys import KeyRing
from storage.ledger import Ledger
from storage.objects import ObjectStore
from storage.reviews import Reviews
from storage.tables import sighting, tally
from tests.console.web.serving import serving_views

PAIRS: Final = 100_000
_FIRST: Final = 5_000
_TIMES: Final = 15
_REASON: Final = "alt.too-short"
_RARE: Final = "size.too-small"
_SEARCH: Final = "/search?q="


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """Something of each kind that is held."""

    pair_id: str
    run_id: str
    sha256: str
    host: str
    page_url: str
    image_url: str
    older: str

    @property
    def views(self) -> dict[str, str]:
        return {
            "overview": "/",
            "pairs": "/pairs",
            "pairs, halfway down": f"/pairs?older={self.older}",
            "pairs of a host": f"/pairs?host={self.host}",
            "pair": f"/pairs/{self.pair_id}",
            "picture": f"/images/{self.sha256}",
            "host": f"/hosts/{self.host}",
            "address of a page": f"/urls?url={quote(self.page_url)}",
            "refusals": "/refusals",
            "refusals, halfway down": f"/refusals?older={self.older}",
            "refusals for a frequent reason": f"/refusals?reason={_REASON}",
            "refusals for a rare reason": f"/refusals?reason={_RARE}",
            "refusals of a run": f"/refusals?run={self.run_id}",
            "runs": "/runs",
            "run": f"/runs/{self.run_id}",
            "two runs side by side": f"/runs/{self.run_id}/beside?other={self.run_id}",
            "lists": "/lists",
            "incidents": "/incidents",
            "metrics": "/metrics",
        }

    @property
    def searches(self) -> dict[str, str]:
        typed = {"host": self.host, "digest": self.sha256, "URL": self.image_url, "reason": _REASON}
        return {f"search by {what}": _SEARCH + quote(value, safe="") for what, value in typed.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=PAIRS)
    options = parser.parse_args()
    found = {database: _measured(database, options.pairs) for database in DATABASES}
    shutil.rmtree(WORK, ignore_errors=True)
    lines = [
        (
            f"{os.cpu_count()} cores, Python {platform.python_version()}; {options.pairs:,} pairs, as many refusals; "
            f"the median of {_TIMES}, and the slowest, in ms."
        ),
        "",
        f"| | {' | '.join(found)} |",
        f"|---|{'---|' * len(found)}",
    ]
    for what in found[DATABASES[0]]:
        times = (each[what] for each in found.values())
        lines.append(f"| {what} | {' | '.join(f'{median(some):.0f}, {max(some):.0f}' for some in times)} |")
    report = "\n".join(lines)
    print(report)
    if options.pairs == PAIRS:
        record(report, "python -m benchmarks.views")


def _measured(database: str, pairs: int) -> dict[str, list[float]]:
    """Return the times of each view until its first byte, in ms; of a search also those of the view it leads to."""
    with place(database, "views") as at, laid_down(at) as db:
        crawl(db, at, _FIRST, None, seed=1)
        fill(db, _FIRST, pairs)
        _refuse(db)
        settle(db)
        known = _known(db)
        ledger = Ledger(db, KeyRing.load(db.folder))
        reviews = Reviews(db=db, ledger=ledger, expires_days=30)
        with serving_views(Views(db=db, ledger=ledger, objects=_no_objects, looks=tuple, reviews=reviews)) as web:
            asked = known.views | known.searches
            return {what: [_ms(web.port, path) for _ in range(_TIMES)] for what, path in asked.items()}


def _refuse(db: Database) -> None:
    """Have as many candidates refused as are held: one in four thousand for a rare reason."""
    changed = {
        "id": func.replace(sighting.c.id, "-b000", "-c000"),
        "text_key": func.substr(literal("r").concat(sighting.c.text_key), 1, 64),
        "outcome": literal("refused"),
        "reason": case((func.substr(sighting.c.sha256, 1, 3) == "abc", _RARE), else_=_REASON),
        "filter": literal("alt-text"),
        "pair_id": null(),
        "candidate": null(),
    }
    filled = sighting.c.id.like("01900000-%-b%")
    rows = select(*(changed.get(each.name, each) for each in sighting.c)).where(filled)
    with db.write() as conn:
        conn.execute(insert(sighting).from_select([each.name for each in sighting.c], rows))
        counted = select(sighting.c.run_id, sighting.c.outcome, sighting.c.reason, func.count())
        counted = counted.where(sighting.c.outcome == "refused").group_by(*list(counted.selected_columns)[:3])
        conn.execute(insert(tally).from_select(["run_id", "outcome", "reason", "count"], counted))


def _known(db: Database) -> Known:
    query = select(sighting).where(sighting.c.outcome == "stored").order_by(sighting.c.id)
    with db.read() as conn:
        total = conn.execute(select(func.count()).select_from(query.subquery())).scalar_one()
        row = conn.execute(query.limit(1).offset(total // 2)).one()
    return Known(
        pair_id=row.pair_id,
        run_id=row.run_id,
        sha256=row.sha256,
        host=row.page_host,
        page_url=row.page_url,
        image_url=row.image_url,
        older=row.id,
    )


def _no_objects() -> ObjectStore:
    raise RuntimeError("no picture is asked for")


def _ms(port: int, path: str) -> float:
    began = time.perf_counter()
    status, leads_to = _asked(port, path)
    if path.startswith(_SEARCH) and leads_to is not None:
        status, _ = _asked(port, leads_to)
    took = time.perf_counter() - began
    if status != http.client.OK:
        raise RuntimeError(f"{path} was answered with {status}")
    return took * 1e3


def _asked(port: int, path: str) -> tuple[int, str | None]:
    conn = http.client.HTTPConnection(LOOPBACK, port, timeout=60)
    try:
        conn.request("GET", path)
        answer = conn.getresponse()
        return answer.status, answer.getheader("Location")
    finally:
        conn.close()


if __name__ == "__main__":
    main()
