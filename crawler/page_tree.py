"""Parse the bytes of a page into a tree, within fixed limits of size, attributes and depth."""

import codecs
from dataclasses import dataclass
from typing import Final

from lxml import etree
from w3lib.encoding import html_body_declared_encoding, read_bom, resolve_encoding, to_unicode

from crawler.html_caps import refuse_too_many_attributes
from crawler.worker_frames import PageFlaw

Tree = etree._Element  # lxml gives its element type no public name

# The encodings of the WHATWG standard by Python's names. Python has codecs besides that are no encodings of text, or
# take quadratic time (punycode, idna).
_ENCODINGS: Final = frozenset(
    codecs.lookup(name).name
    for name in (
        *("utf-8", "utf-16-le", "utf-16-be", "ibm866", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "cp874"),
        *(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
        *(f"cp125{page}" for page in range(9)),
        *("gb18030", "big5hkscs", "euc-jp", "iso2022-jp", "cp932", "cp949"),
    )
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """The root of a page, None if it holds no element; and the limits it went past."""

    root: Tree | None
    cut: tuple[PageFlaw, ...]


def parse_page(html: bytes, charset: str | None, max_bytes: int) -> Page:
    """Parse; what is past `max_bytes` is left out. Raises PageRefused for a tag with too many attributes."""
    source = _decode(html[:max_bytes], charset).replace("\0", "").encode("utf-8", "replace")
    refuse_too_many_attributes(source)
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=False, no_network=True, remove_comments=True, remove_pis=True, collect_ids=False
    )
    try:
        root = etree.fromstring(source, parser)
    except etree.LxmlError:  # a page without a single element
        root = None
    if root is not None:
        root.extend(list(root.itersiblings()))  # libxml2 puts there what follows `</html>`
    too_deep = parser.error_log.filter_types(etree.ErrorTypes.ERR_RESOURCE_LIMIT)
    return Page(root=root, cut=_cut(len(html) > max_bytes, bool(too_deep)))


def _decode(html: bytes, charset: str | None) -> str:
    """Decode by byte order mark, else HTTP header, else what the page declares, else as UTF-8, else as cp1252."""
    bom_encoding, bom = read_bom(html)
    if bom_encoding in _ENCODINGS and bom is not None:
        return to_unicode(html[len(bom) :], bom_encoding)
    declared = (charset and resolve_encoding(charset.strip()), html_body_declared_encoding(html))
    for encoding in declared:
        if encoding in _ENCODINGS:
            return to_unicode(html, encoding)
    try:
        return html.decode()
    except UnicodeDecodeError as problem:
        cut_inside_a_character = problem.start >= len(html) - 3
        return html.decode(errors="replace") if cut_inside_a_character else html.decode("cp1252", "replace")


def _cut(too_large: bool, too_deep: bool) -> tuple[PageFlaw, ...]:
    flaws = {PageFlaw.TOO_LARGE: too_large, PageFlaw.TOO_DEEP: too_deep}
    return tuple(flaw for flaw, found in flaws.items() if found)
