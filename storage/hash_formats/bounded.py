"""Read a file whose records have no end in sight no further than a record can be long."""

from typing import BinaryIO, Final

from storage.list_lines import BadList

LONGEST_RECORD_BYTES: Final = 8 << 20
MOST_OPENED: Final = 2_000
"""Brackets of JSON in one record: of each value a parser notes the path, so memory grows with the square of depth."""

_PIECE_BYTES: Final = 8_192
"""A parser takes a piece in before it says which records ended in it, so no piece is long."""


class Bounded:
    """A source for a parser, which holds a record whole; `record_ended` says that the last one is held no more."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.record_ended()

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(_PIECE_BYTES if size < 0 else min(size, _PIECE_BYTES))
        self._held_bytes += len(piece)
        self._opened += piece.count(b"[") + piece.count(b"{")
        if self._held_bytes > LONGEST_RECORD_BYTES or self._opened > MOST_OPENED:
            raise BadList("the file has a record that is longer or nested deeper than any; nothing was imported")
        return piece

    def record_ended(self) -> None:
        self._held_bytes = self._opened = 0
