"""Make identifiers that sort by time: UUIDv7 as RFC 9562 lays it down, which Python 3.11 cannot make."""

import secrets
import threading
import time
import uuid
from datetime import datetime

_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """Return a UUIDv7. Each is greater than all that this process made before, even within one tick of the clock.

    Layout: 48 bits of milliseconds, version, 12 bits of the fraction of the millisecond, variant, 62 random bits.
    """
    ticks = _next_tick()
    value = (ticks >> 12) << 80 | 0x7 << 76 | (ticks & 0xFFF) << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))


def earliest_id(at: datetime) -> str:
    """Return what no id that is made from then on is below: of a UUIDv7, the milliseconds alone."""
    ms = max(0, int(at.timestamp() * 1000))
    return f"{ms >> 16:08x}-{ms & 0xFFFF:04x}"


def _next_tick() -> int:
    """Return the time in 1/4096 milliseconds, or one more than the last that was given out."""
    global _last
    with _lock:
        _last = max(_last + 1, time.time_ns() * 4096 // 1_000_000)
        return _last
