"""Keep the body of each document of consent once, by its digest, in the transaction of the first row that names it."""

import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, cast, delete, or_, select

from filters.signals.signal import Document
from storage.database import Database
from storage.tables import consent_document, page, sighting
from storage.upsert import upsert


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptDocument:
    """A document as a host sent it, or as much of it as was read. `text` is the body as far as it is UTF-8."""

    sha256: str
    kind: str
    size_bytes: int
    text: str = field(repr=False)


def keep_documents(conn: Connection, documents: Iterable[Document]) -> None:
    """Write those that are not there."""
    offered = {each.sha256: each for each in documents}
    if not offered:
        return
    there = select(consent_document.c.sha256).where(consent_document.c.sha256.in_(offered))
    known = set(conn.execute(there).scalars())
    new = [_row(each) for sha256, each in offered.items() if sha256 not in known]
    if new:
        conn.execute(upsert(conn, consent_document).on_conflict_do_nothing(), new)


def kept_document(db: Database, sha256: str) -> KeptDocument | None:
    query = select(consent_document).where(consent_document.c.sha256 == sha256.strip().lower())
    with db.read() as conn:
        row = conn.execute(query).one_or_none()
    if row is None:
        return None
    body = zlib.decompress(row.body)
    return KeptDocument(sha256=row.sha256, kind=row.kind, size_bytes=len(body), text=body.decode("utf-8", "replace"))


def named_in_row(row: Mapping[str, Any]) -> set[str]:
    """Return the digests of the documents that a row of `sighting` names."""
    visit = (row["candidate"] or {}).get("visit", {})
    heard = [*(visit.get("consent") or ()), *((row["fetched"] or {}).get("consent") or ())]
    verdicts = [each.get("evidence", {}) for each in row["verdicts"]]
    return {each["document"] for each in (*heard, *verdicts) if each.get("document")}


def forget_documents(conn: Connection, digests: Collection[str], hosts: Collection[str]) -> None:
    """Delete those that name one of these hosts, unless something else that is recorded of the hosts names them.

    Where rows were redacted, a document that no row of its host names would say whose they were.
    """
    for sha256 in digests:
        body = conn.execute(select(consent_document.c.body).where(consent_document.c.sha256 == sha256)).scalar()
        text = b"" if body is None else zlib.decompress(body).lower()
        if any(_bare(each).encode() in text for each in hosts if each) and not _is_named(conn, sha256, hosts):
            conn.execute(delete(consent_document).where(consent_document.c.sha256 == sha256))


def _is_named(conn: Connection, sha256: str, hosts: Collection[str]) -> bool:
    of_hosts = sighting.c.page_host.in_(hosts) | sighting.c.image_host.in_(hosts)
    said = _holds((sighting.c.candidate, sighting.c.fetched, sighting.c.verdicts), sha256)
    of_page = page.c.host.in_(hosts) & _holds((page.c.failure_evidence,), sha256)
    asked = (select(sighting.c.id).where(of_hosts, said), select(page.c.id).where(of_page))
    return any(conn.execute(each.limit(1)).first() is not None for each in asked)


def _holds(columns: Iterable[ColumnElement[Any]], sha256: str) -> ColumnElement[bool]:
    return or_(*(cast(each, Text).contains(sha256) for each in columns))


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def _row(document: Document) -> dict[str, object]:
    return {"sha256": document.sha256, "kind": document.kind, "body": zlib.compress(document.body)}
