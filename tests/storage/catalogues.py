"""Make a catalogue that has something of everything, export it, and load it into a new place."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import insert, text

from storage.blocklists import Blocklists
from storage.catalogue_export import export_catalogue
from storage.catalogue_import import import_catalogue
from storage.catalogue_manifest import Manifest
from storage.checkpoints import CHECKPOINTS_FILE, Checkpoints
from storage.database import Database
from storage.hash_lists import HashLists
from storage.incidents import new_key_pair
from storage.keys import HMAC_KEY, SIGNING_KEY, KeyRing
from storage.tables import consent_document, measurement
from storage.verify import Finding, verify
from storage.withdrawal import Withdrawals
from storage.withdrawal_targets import Target, TargetKind
from tests.places import Place
from tests.storage import samples
from tests.storage.one_crawl import Crawl, crawling
from tests.storage.records import open_database

BODY = bytes(range(256))
FACTS = '{"digests" : {"sha256":"M"},  "n": 1e2, "text": "\u00e9\\u00e9", "none": null}'
"""JSON that no writer of ours would write so: it has to come back as it is."""


@contextmanager
def catalogue(folder: Path) -> Iterator[Crawl]:
    """A run with pairs, refusals and sealed incidents, two lists, a withdrawal, and pages that are still to be read."""
    _, public = new_key_pair()
    with crawling(folder, incident_public_key=public) as crawl:
        page_id = crawl.new_page()
        kept = [samples.kept(page_id, number) for number in (1, 2, 3)]
        crawl.record(
            page_id, *kept, samples.refused(page_id, 4), samples.unsure(page_id, 5), samples.failed(page_id, 6)
        )
        incident = crawl.new_page("incident")
        crawl.record(incident, samples.match(incident, 7), samples.beside(incident, 8))
        crawl.new_page("leased")
        records = crawl.records
        Blocklists(records.db, records.ledger).add(["blocked.example"], why="a test", by="ann")
        HashLists(records.db, records.ledger).add("ab" * 16, "md5", "ours", why="a test", by="ann")
        taken_back = Target(kind=TargetKind.PAIR, value=kept[2].pair.pair_id)
        Withdrawals(records.db, records.ledger, crawl.objects).withdraw(taken_back, by="ann", why="asked for")
        with records.db.write() as conn:
            for each in ("d", "c"):  # not in the order of their keys
                conn.execute(insert(consent_document).values(sha256=each, kind="robots.txt", body=BODY))
            facts = FACTS.replace("M", "m" * 64)
            statement = insert(measurement).values(sha256="m" * 64, facts=text(f"'{facts}'"), measured_at=samples.NOON)
            conn.execute(statement)
        crawl.end()
        yield crawl


def exported(crawl: Crawl, folder: Path) -> Manifest:
    return export_catalogue(crawl.records.db, crawl.records.keys, folder)


def bring_keys(source: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name in (SIGNING_KEY, HMAC_KEY):
        shutil.copy(source / name, folder / name)


def new_place(source: Path, folder: Path) -> Database:
    """Return a database without tables, beside the keys of another one."""
    bring_keys(source, folder)
    Place.of(folder).make_empty()
    return open_database(folder)


@contextmanager
def imported(crawl: Crawl, export: Path, folder: Path) -> Iterator[Database]:
    db = new_place(crawl.records.db.folder, folder)
    try:
        import_catalogue(db, export)
        yield db
    finally:
        db.close()


def findings(crawl: Crawl, db: Database) -> list[Finding]:
    """Return what is wrong with a copy of the catalogue beside the objects of the first."""
    checkpoints = Checkpoints(db.folder / CHECKPOINTS_FILE, KeyRing.load(db.folder))
    return list(verify(db, crawl.objects, checkpoints))


def digests(manifest: Manifest) -> dict[str, str]:
    return {each.table: each.sha256 for each in manifest.tables}
