"""Read what a picture's own file says of its use: XMP and C2PA, in every container that is accepted."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import islice
from typing import Final

from filters.facts import Rights
from filters.measure.boxes import avif_blocks
from filters.measure.chunks import gif_blocks, png_blocks, webp_blocks
from filters.measure.directories import directory_blocks
from filters.measure.jpeg_segments import jpeg_blocks
from filters.measure.jumbf import BrokenStore, Content, contents
from filters.measure.metadata import MOST_BYTES, Block, Kind, not_walked
from filters.measure.xmp import NotXmp, read_xmp
from filters.signals.c2pa import BrokenAssertion, forbids, is_training_mining, read_training_mining
from filters.signals.licences import nearest_first
from filters.signals.plus import prohibits, read_data_mining
from filters.signals.signal import Licence, Protocol, Saying, Says

RIGHTS_VERSION: Final = "1"
"""Of what is read; another one may find what this one did not."""
_BLOCKS_OF: Final[dict[str, Callable[[bytes], Iterator[Block]]]] = {
    "JPEG": jpeg_blocks,
    "PNG": png_blocks,
    "WEBP": webp_blocks,
    "GIF": gif_blocks,
    "TIFF": directory_blocks,
    "AVIF": avif_blocks,
}
_MOST_BLOCKS: Final = 64
_MOST_SAYINGS: Final = 16
_PADDING: Final = frozenset({b"free", b"skip", b"c2sh"})
_PROHIBITED: Final = "DMI-PROHIBITED"
_RESERVED: Final = re.compile(rb"tdm:reservation\W{1,3}1\b")


def read_rights(body: bytes, format: str) -> Rights:
    """Return what is said in the file, denials first; never raises.

    `format` is Pillow's name in either case. What is there and cannot be read (malformed, packed, larger than
    allowed) is a saying of its own: unknown, but a denial if the words of one stand in it. C2PA is heard without its
    signature, and of every manifest in the store, those of ingredients too: a no need not be proven. IPTC-IIM is not
    read, as none of its fields reserves a use; nor is what only a link in the file leads to.
    """
    blocks = list(blocks_of(format, body))
    if not blocks:
        return _NOTHING
    whole = _Whole(body)
    said = [_read(each, whole) for each in blocks]
    sayings = dict.fromkeys(each for rights in said for each in rights.sayings)
    return Rights(
        sayings=tuple(sorted(sayings, key=_denials_first)[:_MOST_SAYINGS]),
        licences=nearest_first(_all_licences(said)),
    )


_NOTHING: Final = Rights()


def blocks_of(format: str, body: bytes) -> Iterator[Block]:
    """Yield the XMP packets and C2PA stores of a file, as many and as large as are allowed."""
    find = _BLOCKS_OF.get(format.upper())
    return iter(()) if find is None else _allowed(find(body))


def _allowed(blocks: Iterator[Block]) -> Iterator[Block]:
    """Yield as many, and as large ones, as are allowed of one picture; what is beyond is cut to nothing."""
    bytes_of: Counter[Kind] = Counter()
    for each in islice(blocks, _MOST_BLOCKS):
        bytes_of[each.kind] += len(each.body)
        if each.cut or bytes_of[each.kind] <= MOST_BYTES[each.kind]:
            yield each
        else:
            why = "there is too much of its kind"
            yield Block(kind=each.kind, found_in=each.found_in, body=each.body, broken=why, cut=True)
    if next(blocks, None) is not None:
        yield from not_walked("packets")


def _denials_first(saying: Saying) -> bool:
    return saying.says is not Says.DENY


def _all_licences(said: list[Rights]) -> Iterator[Licence]:
    for each in said:
        yield from each.licences


class _Whole:
    """The whole file, in which the words of a no are searched for once, if at all."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    @cached_property
    def denies(self) -> dict[Kind, Protocol | None]:
        return {kind: _denies(kind, self._body) for kind in Kind}


def _denies(kind: Kind, unread: bytes) -> Protocol | None:
    """Return the protocol of which the words of a no stand in bytes that could not be read."""
    if kind is Kind.C2PA:
        return Protocol.C2PA if forbids(unread) else None
    if prohibits(unread):
        return Protocol.PLUS
    return Protocol.TDMREP if _RESERVED.search(unread) else None


def _read(block: Block, whole: _Whole) -> Rights:
    if block.broken is not None:
        return Rights(sayings=(_unread(block, block.broken, whole),))
    if block.kind is Kind.C2PA:
        return Rights(sayings=tuple(_read_store(block, whole)))
    try:
        return read_xmp(block.body, block.found_in)
    except NotXmp as why:
        return Rights(sayings=(_unread(block, str(why), whole),))


def _unread(block: Block, why: str, whole: _Whole) -> Saying:
    """Return unknown, or a denial if its words stand in the bytes; of a block that is cut, in those of the file."""
    found_in = f"{block.found_in}, unread: {why}"
    denies = _denies(block.kind, block.body) or (whole.denies[block.kind] if block.cut else None)
    if denies is not None:
        return Saying(protocol=denies, says=Says.DENY, found_in=found_in, raw="the words of a no stand in it")
    protocol = Protocol.C2PA if block.kind is Kind.C2PA else Protocol.PLUS
    return Saying(protocol=protocol, says=Says.UNKNOWN, found_in=found_in, raw="")


def _read_store(block: Block, whole: _Whole) -> Iterator[Saying]:
    try:
        for content in contents(block.body):
            yield from _read_content(content, whole)
    except BrokenStore as why:
        yield _unread(block, str(why), whole)


def _read_content(content: Content, whole: _Whole) -> Iterator[Saying]:
    """Yield what an assertion says; photo metadata in C2PA may hold the word of IPTC as well."""
    found_in = f"c2pa {content.label}"
    if is_training_mining(content.label) and content.kind not in _PADDING:
        try:
            yield read_training_mining(content.kind, content.body, found_in)
        except BrokenAssertion as why:
            yield _unread(Block(kind=Kind.C2PA, found_in=found_in, body=content.body), str(why), whole)
    elif _PROHIBITED.encode() in content.body:
        yield read_data_mining(_PROHIBITED, "", found_in)
