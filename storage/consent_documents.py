"""Keep the body of each document of consent once, by its digest, in the transaction of the first row that names it."""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from filters.signals.signal import Document
from storage.database import Database
from storage.tables import consent_document


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
        conn.execute(insert(consent_document).on_conflict_do_nothing(), new)


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


def _row(document: Document) -> dict[str, object]:
    return {"sha256": document.sha256, "kind": document.kind, "body": zlib.compress(document.body)}
