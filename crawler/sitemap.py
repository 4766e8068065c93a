"""Read sitemaps: XML, an index of others, or plain text; packed with gzip or not."""

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Final

from lxml import etree

from crawler.addresses import Base
from crawler.captions import clean_text
from crawler.extract import found_picture
from crawler.extracted import Found, Sitemap, SitemapPage
from crawler.page_tree import Tree
from crawler.worker_frames import PageFlaw, PageRefused
from filters.candidate import TextSource

MAX_ENTRIES: Final = 50_000
"""Of one file, as the protocol says."""
MAX_FOUND: Final = 1000
"""Pictures with a text, of one file."""

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW_BITS: Final = 31
_UTF8_MARK = b"\xef\xbb\xbf"


def read_sitemap(body: bytes, *, url: str, max_bytes: int = 50_000_000) -> Sitemap:
    """Return what it names. What is past a limit is left out and named in `cut`; damaged XML counts up to the damage.

    Raises PageRefused if it is no sitemap. Entities other than `&amp;` and its like are left out.
    """
    unpacked = _unpack(body, max_bytes + 1)
    source = unpacked[:max_bytes].removeprefix(_UTF8_MARK).strip()
    content = _Content()
    for entry in _entries(source, Base(url)):
        if not content.take(entry):
            break
    if len(unpacked) > max_bytes:
        content.cut[PageFlaw.TOO_LARGE] = None
    return Sitemap(pages=tuple(content.pages), sitemaps=tuple(content.sitemaps), cut=tuple(content.cut))


class _Content:
    def __init__(self) -> None:
        self.pages: list[SitemapPage] = []
        self.sitemaps: list[str] = []
        self.cut: dict[PageFlaw, None] = {}
        self._found = 0

    def take(self, entry: SitemapPage | str) -> bool:
        if len(self.pages) + len(self.sitemaps) == MAX_ENTRIES:
            self.cut[PageFlaw.TOO_MANY_LINKS] = None
            return False
        if isinstance(entry, str):
            self.sitemaps.append(entry)
        else:
            self.pages.append(self._within_cap(entry))
        return True

    def _within_cap(self, page: SitemapPage) -> SitemapPage:
        found = page.found[: MAX_FOUND - self._found]
        self._found += len(found)
        if len(found) < len(page.found):
            self.cut[PageFlaw.TOO_MANY_IMAGES] = None
        return SitemapPage(url=page.url, found=found)


def _unpack(body: bytes, most: int) -> bytes:
    """Unpack at most so many bytes, however many the file would grow to."""
    if not body.startswith(_GZIP_MAGIC):
        return body
    unpacked = bytearray()
    while body.startswith(_GZIP_MAGIC) and len(unpacked) < most:
        member = zlib.decompressobj(_GZIP_WINDOW_BITS)
        try:
            unpacked += member.decompress(body, most - len(unpacked))
        except zlib.error:
            break
        body = member.unused_data
    return bytes(unpacked)


def _entries(source: bytes, base: Base) -> Iterator[SitemapPage | str]:
    if source.startswith(b"<"):
        return _xml_entries(source, base)
    return _lines(source, base)


def _lines(source: bytes, base: Base) -> Iterator[SitemapPage]:
    lines = [line for line in source.decode(errors="replace").splitlines() if line.strip()]
    if not lines or not lines[0].strip().lower().startswith(("http://", "https://")):
        raise PageRefused(PageFlaw.UNREADABLE)
    for line in lines:
        if (url := base.resolve(line)) is not None:
            yield SitemapPage(url=url)


def _xml_entries(source: bytes, base: Base) -> Iterator[SitemapPage | str]:
    reader = etree.iterparse(
        BytesIO(source),
        events=("end",),
        tag=("{*}url", "{*}sitemap"),
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in reader:
            yield from _entry(element, base)
            element.clear()
    except etree.XMLSyntaxError:
        raise PageRefused(PageFlaw.UNREADABLE) from None
    if reader.root is None or _name(reader.root) not in ("urlset", "sitemapindex"):
        raise PageRefused(PageFlaw.UNREADABLE)


def _entry(element: Tree, base: Base) -> Iterator[SitemapPage | str]:
    url = base.resolve(_text(element, "loc") or "#")
    if url is None or url == base.url:
        return
    if _name(element) == "sitemap":
        yield url
    else:
        yield SitemapPage(url=url, found=tuple(dict.fromkeys(_pictures(element, base))))


def _pictures(element: Tree, base: Base) -> Iterator[Found]:
    for image in element.iterchildren("{*}image"):
        text = next((text for name in ("caption", "title") if clean_text(text := _text(image, name))), "")
        reference = _text(image, "loc")
        image_url = base.resolve(reference) if reference and text else None
        if image_url is not None:
            yield found_picture(reference, image_url, TextSource.SITEMAP, text)


def _text(element: Tree, name: str) -> str:
    child = next(element.iterchildren(f"{{*}}{name}"), None)
    return "" if child is None else (child.text or "").strip()


def _name(element: Tree) -> str:
    """Return the name without its namespace; lxml's own way refuses what its parser lets pass, such as `<:>`."""
    return str(element.tag).rpartition("}")[2]
