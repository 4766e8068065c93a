"""Look into metadata that lies in other metadata: XMP and IPTC in EXIF, EXIF in the resources of Photoshop."""

from collections.abc import Callable, Mapping
from typing import Final

from filters.measure.private_metadata.directories import blank_exif
from filters.measure.private_metadata.edits import Block
from filters.measure.private_metadata.iptc import blank_iptc, blank_resources
from filters.measure.private_metadata.tags import IPTC, PHOTOSHOP, XMP
from filters.measure.private_metadata.xmp import blank_xmp


def blank_whole_exif(block: Block) -> None:
    blank_exif(block, IN_DIRECTORIES)


def blank_whole_resources(block: Block) -> None:
    blank_resources(block, _IN_RESOURCES)


def _exif_in_resources(block: Block) -> None:
    """Resources within it would be within themselves: they go, so that this comes to an end."""
    blank_exif(block, {XMP: blank_xmp, IPTC: blank_iptc})


_IN_RESOURCES: Final = {1058: _exif_in_resources, 1059: _exif_in_resources, 1060: blank_xmp}
IN_DIRECTORIES: Final[Mapping[int, Callable[[Block], None]]] = {
    XMP: blank_xmp,
    IPTC: blank_iptc,
    PHOTOSHOP: blank_whole_resources,
}
