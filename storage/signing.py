"""Say when what was committed is to be signed: about once a second, and what is known of matches once an hour."""

import time
from dataclasses import dataclass, field
from typing import Final

from storage.checkpoints import Checkpoints
from storage.database import Database

SIGN_EVERY_S: Final = 1.0
SIGN_INCIDENTS_EVERY_S: Final = 3600.0
"""So seldom, and at the end, because a signature says that what it covers had happened by then."""


@dataclass(kw_only=True, slots=True, eq=False)
class Signing:
    """Of one recorder."""

    db: Database
    checkpoints: Checkpoints
    _unsigned_since: float | None = None
    _incidents_signed_at: float = field(default_factory=time.monotonic)

    @property
    def due_at(self) -> float | None:
        """By the monotonic clock, when something is to be signed next; None as long as nothing was committed."""
        return None if self._unsigned_since is None else self._unsigned_since + SIGN_EVERY_S

    def committed(self) -> None:
        """Be told that there is something to be signed."""
        self._unsigned_since = self._unsigned_since or time.monotonic()

    def sign(self, *, at_the_end: bool) -> None:
        """Sign what is due; at the end, everything."""
        now = time.monotonic()
        if not at_the_end and (self.due_at is None or now < self.due_at):
            return
        incidents_due = at_the_end or now - self._incidents_signed_at >= SIGN_INCIDENTS_EVERY_S
        self._unsigned_since = None
        if incidents_due:
            self._incidents_signed_at = now
        self.checkpoints.sign(self.db, with_incidents=incidents_due)
