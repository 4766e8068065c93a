"""Find e-mail addresses, also those spelled with a bracketed at."""

import re
from collections.abc import Iterator
from typing import Final

_AT = r"(?:@| ?[\[({<] ?(?:at|ät|@) ?[\])}>] ?)"
_DOT = r"(?:\.| ?[\[({<] ?(?:dot|punkt|punto|point|\.) ?[\])}>] ?)"
_ADDRESS: Final = re.compile(
    rf"[\w.+%'-]{{1,64}}{_AT}(?:[\w-]{{1,63}}{_DOT}){{1,8}}(?P<top>xn--[\w-]{{2,59}}|[^\W\d_]{{2,24}})", re.IGNORECASE
)
_NO_DOMAINS: Final = frozenset(
    [
        *("png", "jpg", "jpeg", "gif", "webp", "svg", "avif", "bmp", "tiff", "ico", "psd", "pdf"),
        *("js", "css", "html", "htm", "php", "json", "xml", "txt", "zip", "exe", "dll"),
        *("local", "localhost", "lan", "internal"),
    ]
)
"""Endings of files, as of icon@2x.png and lib@1.2.js, and of machines in a house; no domain on the web ends so."""


def email_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each begins and ends.

    The form is that of RFC 5321 without quoted local parts, in any script (RFC 6531).
    """
    for found in _ADDRESS.finditer(text):
        if found["top"].lower() not in _NO_DOMAINS:
            yield found.span()
