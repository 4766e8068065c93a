"""Take private metadata out of a TIFF."""

from filters.measure.private_metadata.directories import blank_directories
from filters.measure.private_metadata.directory_walk import Layout
from filters.measure.private_metadata.edits import Broken, Edits, Unremovable
from filters.measure.private_metadata.nested import IN_DIRECTORIES
from filters.measure.tiff_parts import tiff_parts


def blank_tiff(edits: Edits) -> None:
    """Its parts may lie anywhere: what cannot be told from pixels is not touched, but refused."""
    body = bytes(edits.body)
    parts = tiff_parts(body)
    if parts is None:
        raise Unremovable("directories")
    try:
        blank_directories(
            edits.block((0, len(body))), Layout(alone=False, inner=IN_DIRECTORIES, pixels=tuple(parts.pixels))
        )
    except Broken:
        raise Unremovable("directories") from None
