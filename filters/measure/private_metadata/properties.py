"""Tell by its name what a property of XMP, or a text of a PNG that is named like one, says."""

from collections.abc import Mapping
from typing import Final

from filters.facts import Private

_ALL: Final = ""
_HISTORY: Final = dict.fromkeys((_ALL,), Private.HISTORY)

_OF_NAMESPACE: Final[Mapping[str, Mapping[str, Private]]] = {
    "ns.adobe.com/exif/1.0": {
        "ImageUniqueID": Private.SERIAL,
        **dict.fromkeys(("CameraOwnerName", "HostComputer"), Private.OWNER),  # as ImageMagick calls them in a PNG
    },
    "ns.adobe.com/exif/1.0/aux": {"OwnerName": Private.OWNER},
    "cipa.jp/exif/1.0": {"CameraOwnerName": Private.OWNER, "OwnerName": Private.OWNER, "ImageEditor": Private.OWNER},
    "iptc.org/std/Iptc4xmpCore/1.0/xmlns": {"Location": Private.PLACE, "CountryCode": Private.PLACE},
    "iptc.org/std/Iptc4xmpExt/2008-02-29": {
        **dict.fromkeys(("LocationCreated", "LocationShown"), Private.PLACE),
        "DigImageGUID": Private.SERIAL,
    },
    "ns.adobe.com/photoshop/1.0": {
        **dict.fromkeys(("City", "State", "Country"), Private.PLACE),
        **dict.fromkeys(("History", "DocumentAncestors"), Private.HISTORY),
    },
    "ns.adobe.com/xap/1.0": {"Thumbnails": Private.THUMBNAIL, "BaseURL": Private.HISTORY},
    "ns.adobe.com/xap/1.0/g/img": {_ALL: Private.THUMBNAIL},
    "ns.adobe.com/xap/1.0/mm": _HISTORY,
    "ns.adobe.com/xap/1.0/sType/ResourceEvent": _HISTORY,
    "ns.adobe.com/xap/1.0/sType/ResourceRef": _HISTORY,
    "ns.adobe.com/camera-raw-settings/1.0": {"RawFileName": Private.HISTORY},
    "ns.adobe.com/camera-raw-saved-settings/1.0": _HISTORY,
    "ns.adobe.com/lightroom/1.0": {"privateRTKInfo": Private.HISTORY},
    "ns.adobe.com/xmp/1.0/DynamicMedia": {"shotLocation": Private.PLACE, "projectRef": Private.HISTORY},
    "darktable.sf.net": _HISTORY,
    "www.digikam.org/ns/1.0": {"ImageHistory": Private.HISTORY, "ImageUniqueID": Private.SERIAL},
    "ns.google.com/photos/1.0/image": {"Data": Private.THUMBNAIL},
    "ns.google.com/photos/1.0/camera": dict.fromkeys(
        ("HdrPlusMakernote", "hdrp_makernote", "shot_log_data"), Private.SERIAL
    ),
    "www.dji.com/drone-dji/1.0": {_ALL: Private.GPS},
    "www.w3.org/2003/01/geo/wgs84_pos": {_ALL: Private.GPS},
    "ns.iview-multimedia.com/mediapro/1.0": {"Location": Private.PLACE},
}
"""By namespace, without its scheme and the mark at its end, which are written now so and now so."""
_IN_NAMES: Final = (
    ("gps", Private.GPS),
    ("latitude", Private.GPS),
    ("longitude", Private.GPS),
    ("serialnumber", Private.SERIAL),
    ("makernote", Private.SERIAL),
)
"""In a name of any namespace: makers and programs have their own."""


def what_is(namespace: str, name: str) -> Private | None:
    """Return what a property says that is private; None of one that stays."""
    of_namespace = _OF_NAMESPACE.get(namespace.partition("://")[2].rstrip("/#"), _NONE)
    found = of_namespace.get(name) or of_namespace.get(_ALL)
    return found or next((what for part, what in _IN_NAMES if part in name.lower()), None)


_NONE: Final[Mapping[str, Private]] = {}


_PREFIXES: Final = {
    "exif": "ns.adobe.com/exif/1.0",
    "photoshop": "ns.adobe.com/photoshop/1.0",
    "xmp": "ns.adobe.com/xap/1.0",
    "xmpMM": "ns.adobe.com/xap/1.0/mm",
}
_THUMBNAIL_OF: Final = "Thumb::URI"
"""The path of the file that it is a thumbnail of, by the standard of freedesktop.org."""


def what_keyword_is(keyword: str) -> Private | None:
    """Return what a text says whose keyword is named like a property, as programs without XMP write it."""
    if keyword == _THUMBNAIL_OF:
        return Private.HISTORY
    prefix, _, name = keyword.rpartition(":")
    return what_is(f"://{_PREFIXES.get(prefix, prefix)}", name)
