import pytest

from filters.facts import Private
from filters.measure.private_metadata.properties import what_is, what_keyword_is
from filters.measure.private_metadata.texts import private_text


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b"C:\\Users\\jane\\raw.nef", Private.HISTORY),
        (b"from \\\\server\\share", Private.HISTORY),
        (b"/home/jane/heron.xcf", Private.HISTORY),
        (b"file:///Volumes/card", Private.HISTORY),
        (b"Serial no. 12345", Private.SERIAL),
        (b"GPS: 51.5", Private.GPS),
        (b"longitude=0.12", Private.GPS),
        (b"a serial about a homeless heron", None),
        (b"CREATOR: gd-jpeg v1.0 (using IJG JPEG v62), quality = 90", None),
        (b"https://example.test/home/jane", Private.HISTORY),
        (b"(c) 2026 Ann Artist, all rights reserved", None),
        (b"", None),
    ],
)
def test_a_text_that_names_a_file_a_position_or_a_device_is_private(text: bytes, what: Private | None) -> None:
    assert private_text(text) is what


@pytest.mark.parametrize(
    ("namespace", "name", "what"),
    [
        ("http://ns.adobe.com/photoshop/1.0/", "City", Private.PLACE),
        ("https://ns.adobe.com/photoshop/1.0#", "City", Private.PLACE),
        ("http://ns.adobe.com/photoshop/1.0/", "Credit", None),
        ("http://ns.adobe.com/xap/1.0/mm/", "AnythingAtAll", Private.HISTORY),
        ("http://nobody.test/", "gpsAltitude", Private.GPS),
        ("http://nobody.test/", "CameraSerialNumber", Private.SERIAL),
        ("", "City", None),
    ],
)
def test_a_property_is_private_by_its_namespace_and_name(namespace: str, name: str, what: Private | None) -> None:
    assert what_is(namespace, name) is what


@pytest.mark.parametrize(
    ("keyword", "what"),
    [
        ("exif:BodySerialNumber", Private.SERIAL),
        ("exif:HostComputer", Private.OWNER),
        ("xmpMM:InstanceID", Private.HISTORY),
        ("Thumb::URI", Private.HISTORY),
        ("Thumb::MTime", None),
        ("Copyright", None),
        ("City", None),
    ],
)
def test_a_text_of_a_png_is_private_by_a_keyword_that_is_named_like_a_property(
    keyword: str, what: Private | None
) -> None:
    assert what_keyword_is(keyword) is what
