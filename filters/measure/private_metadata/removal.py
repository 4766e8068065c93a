"""Take private metadata out of a picture's file, whatever its container; say what it was, or that it cannot be."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from filters.facts import Digests, Facts, StoredBytes
from filters.measure.metadata import Kind
from filters.measure.private_metadata.avif import blank_avif
from filters.measure.private_metadata.edits import Edits, Unremovable
from filters.measure.private_metadata.gif import blank_gif
from filters.measure.private_metadata.jpeg import blank_jpeg
from filters.measure.private_metadata.patches import Patch
from filters.measure.private_metadata.png import blank_png
from filters.measure.private_metadata.tiff import blank_tiff
from filters.measure.private_metadata.webp import blank_webp
from filters.measure.rights import blocks_of

PRIVATE_METADATA_VERSION: Final = "1"
"""Of what is taken out; another one may take out what this one did not."""
_BLANK: Final[Mapping[str, Callable[[Edits], None]]] = {
    "JPEG": blank_jpeg,
    "PNG": blank_png,
    "WEBP": blank_webp,
    "GIF": blank_gif,
    "TIFF": blank_tiff,
    "AVIF": blank_avif,
    "BMP": lambda edits: None,  # it has nowhere to put any
}


_IN_MANIFEST: Final = re.compile(rb"(?i)latitude|longitude|serialnumber|location(?:created|shown)|ownername")


def with_stored(facts: Facts, body: bytes) -> tuple[Facts, tuple[Patch, ...]]:
    """Return the facts with what is to be stored of the picture that they are of; without a picture, none is."""
    if facts.picture is None:
        return facts, ()
    stored, patches = without_private(body, facts.picture.format, facts.digests)
    measured_by = (*facts.measured_by, ("altsieve-private-metadata", PRIVATE_METADATA_VERSION))
    return replace(facts, stored=stored, measured_by=measured_by), patches


def without_private(body: bytes, format: str, digests: Digests) -> tuple[StoredBytes, tuple[Patch, ...]]:
    """Return what is to be stored of a whole picture, and how its bytes become that; never raises.

    `format` is Pillow's name in either case, `digests` are those of `body`. A C2PA manifest is not touched, as it is
    signed: one that tells where a picture was taken or by which device is more than may be stored.
    """
    edits = Edits(body)
    try:
        _BLANK[format.upper()](edits)
        _require_silent_manifests(edits, body, format)
    except Unremovable as why:
        return StoredBytes(sha256=None, size_bytes=len(body), failure=why.failure), ()
    patches = edits.patches()
    sha256 = hashlib.sha256(edits.body).hexdigest() if patches else digests.sha256
    return StoredBytes(removed=tuple(sorted(edits.removed)), sha256=sha256, size_bytes=len(body)), patches


def _require_silent_manifests(edits: Edits, body: bytes, format: str) -> None:
    """Of one that is too large to be read nobody knows what it says; where none was looked for, any may lie."""
    for each in blocks_of(format, body):
        too_large = each.cut and each.body
        if each.kind is Kind.C2PA and (too_large or _IN_MANIFEST.search(each.body or edits.body)):
            raise Unremovable("manifest")
