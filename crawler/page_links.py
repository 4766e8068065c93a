"""Tell the links that lead to pages from the addresses of pictures."""

from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import unquote

from crawler.extracted import Found

_PICTURE_ENDINGS: Final = (
    *(".jpg", ".jpeg", ".jxl", ".png", ".gif", ".webp", ".avif", ".heic"),
    *(".bmp", ".tif", ".tiff", ".svg", ".ico"),
)


def page_links(links: Iterable[str], found: Iterable[Found]) -> Iterator[str]:
    """Leave out what the page shows as a picture, and what is named like one; links are normalised, without fragment.

    The frontier is kept, and the address of a picture may be that of a match, which must not be written anywhere.
    """
    shown = {each.image_url for each in found}
    return (each for each in links if each not in shown and not is_named_like_a_picture(each))


def is_named_like_a_picture(url: str) -> bool:
    """Say whether the path ends like a picture's file, also before `;params`.

    >>> is_named_like_a_picture("https://example.org/fox.JPG;w=80?h=60")
    True
    """
    name = unquote(url.partition("?")[0].rpartition("/")[2]).lower()
    return any(part.endswith(_PICTURE_ENDINGS) for part in name.split(";"))
