"""Record what a person did: who, why, and the new gate epoch if it changed a gate."""

import getpass
import os
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from storage.gate import epoch, raise_epoch
from storage.ledger import OPERATORS, Ledger

GATES = frozenset({"blocklist", "hashlist", "sources", "threshold", "tombstone"})
"""First words of the acts that raise the epoch, because they change what would be decided: `blocklist.add`."""


def record_act(
    conn: Connection, ledger: Ledger, *, what: str, subject: str, by: str, why: str, body: Mapping[str, Any]
) -> int:
    """Return the epoch that counts after the act. `what` is a stable code, `noun.verb`; call it last.

    `subject` is the name and number of a list, or an id. Afterwards, outside, call `ledger.checkpoint()`.
    """
    if what.partition(".")[0] in GATES:
        now = raise_epoch(conn, what=what, subject=subject, by=by, why=why)
    else:
        now = epoch(conn)
    ledger.append(
        conn,
        segment=OPERATORS,
        kind="act",
        subject=subject,
        outcome=None,
        reason=what,
        epoch=now,
        settings_digest=None,
        body={"by": by, "why": why, **body},
    )
    return now


def login_name() -> str:
    """Return who operates this process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return f"uid {os.getuid()}"
