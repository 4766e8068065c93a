"""Name the TIFF and EXIF tags that tell where a picture was taken, with which device, by whose, or from which file."""

from collections.abc import Mapping
from typing import Final

from filters.facts import Private

GPS_DIRECTORY: Final = 34853
EXIF_DIRECTORY: Final = 34665
INTEROPERABILITY_DIRECTORY: Final = 40965
SUB_DIRECTORIES: Final = 330
ORIENTATION: Final = 274
XMP: Final = 700
IPTC: Final = 33723
PHOTOSHOP: Final = 34377
HOLD_OTHERS: Final = frozenset({XMP, IPTC, PHOTOSHOP})
"""Tags whose values hold metadata of their own kind."""
LED_TO: Final = frozenset({EXIF_DIRECTORY, INTEROPERABILITY_DIRECTORY, SUB_DIRECTORIES})
"""Directories of entries that stay."""

OF_EXIF: Final[Mapping[int, Private]] = {
    GPS_DIRECTORY: Private.GPS,
    269: Private.HISTORY,  # DocumentName: the path of what was scanned
    316: Private.OWNER,  # HostComputer
    20507: Private.THUMBNAIL,  # ThumbnailData of Windows
    37393: Private.HISTORY,  # ImageNumber
    37395: Private.HISTORY,  # ImageHistory
    37500: Private.SERIAL,  # MakerNote
    42016: Private.SERIAL,  # ImageUniqueID
    42032: Private.OWNER,  # CameraOwnerName
    42033: Private.SERIAL,  # BodySerialNumber
    42037: Private.SERIAL,  # LensSerialNumber
    42040: Private.OWNER,  # ImageEditor, a person; Photographer (42039) is kept, as Artist is
    50735: Private.SERIAL,  # CameraSerialNumber
    50740: Private.SERIAL,  # DNGPrivateData
    50781: Private.SERIAL,  # RawDataUniqueID
    50827: Private.HISTORY,  # OriginalRawFileName
    50828: Private.HISTORY,  # OriginalRawFileData
    50969: Private.HISTORY,  # PreviewSettingsName
    65000: Private.OWNER,  # OwnerName, of Camera Raw
    65001: Private.SERIAL,  # SerialNumber, likewise
}
"""EXIF 3.0 (CIPA DC-008-2023), DNG 1.7, and those that ExifTool's documentation lists."""
OF_MULTI_PICTURE: Final[Mapping[int, Private]] = {45059: Private.SERIAL}
"""ImageUIDList of CIPA DC-007."""
