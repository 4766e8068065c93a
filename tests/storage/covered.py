"""Note a re-scan that looked at all that is held, without looking."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert

from storage import gate
from storage.database import Database
from storage.tables import rescan


def cover(db: Database, state: str = "done") -> None:
    """`state` is that of the re-scan; only a done one covers anything."""
    now = datetime.now(UTC)
    said: dict[str, Any] = {"since": None, "settings_digest": "0" * 64, "by": "ann", "revisions": {}, "counts": {}}
    times = {"started_at": now, "finished_at": now}
    with db.write() as conn:
        conn.execute(insert(rescan).values(id="01", epoch=gate.epoch(conn), state=state, **said, **times))
