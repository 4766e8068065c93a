"""Carry what is to be overwritten from the worker that read the file to those who store it."""

from collections.abc import Iterable
from dataclasses import dataclass, field


class BadPatch(ValueError):
    """A patch does not lie within the bytes that it is for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Patch:
    """Bytes that take the place of as many others from `offset` on."""

    offset: int
    replacement: bytes = field(repr=False)


def patched(body: bytes, patches: Iterable[Patch]) -> bytes:
    """Return a copy of the same size with the patches applied, in their order; nothing is parsed."""
    copy = bytearray(body)
    for each in patches:
        end = each.offset + len(each.replacement)
        if not 0 <= each.offset <= end <= len(copy):
            raise BadPatch("a patch does not lie within the bytes that it is for")
        copy[each.offset : end] = each.replacement
    return bytes(copy)
