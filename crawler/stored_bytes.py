"""Hold what a worker says is to be stored against the bytes that it was sent."""

import hashlib

from crawler.worker_tasks import Inspected
from filters.measure.private_metadata.patches import BadPatch, patched
from filters.thresholds import REMOVE


def says_what_is_stored(inspected: Inspected, body: bytes, private_metadata: str) -> bool:
    """Say whether it was told for the setting that counts, of bytes of that size, and whether its patches lead there.

    The worker alone has parsed the file, which may have got the better of it: nothing of what it says is believed that
    can be tried.
    """
    facts, stored = inspected.facts, inspected.facts.stored
    if private_metadata != REMOVE or facts.picture is None:
        return stored is None and not inspected.patches
    if stored is None or stored.size_bytes != len(body):
        return False
    if not inspected.patches:
        return stored.sha256 in (None, facts.digests.sha256)
    try:
        return hashlib.sha256(patched(body, inspected.patches)).hexdigest() == stored.sha256
    except BadPatch:
        return False
