"""Resolve what a page refers to, as browsers do, into http and https URLs without fragment."""

import re
from typing import Final

import can_ada

MAX_URL_CHARACTERS: Final = 2048

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_EDGE = "".join(map(chr, range(0x21)))
_INSIDE = re.compile(r"[\t\n\r]+")


def strip_reference(reference: str) -> str:
    """Remove what the URL standard removes first: controls and blanks at the ends, tabs and newlines anywhere."""
    return _INSIDE.sub("", reference.strip(_EDGE))


class Base:
    """The URL that references are resolved against. `can_ada` parses only absolute URLs, so the reference is first
    completed as text; normalising (`..`, backslashes, percent-encoding, punycode) is left to it.
    """

    def __init__(self, url: str) -> None:
        parsed = can_ada.parse(url)
        self.url: str = _without_fragment(parsed)
        self._scheme: str = parsed.protocol
        self._origin = f"{parsed.protocol}//{parsed.host}"
        self._path: str = parsed.pathname
        self._folder = self._path[: self._path.rfind("/") + 1]

    def resolve(self, reference: str) -> str | None:
        """Return the URL, or None if it is none that is crawled: not http(s), malformed, too long, or with a password.

        >>> Base("https://example.org/a/b?c").resolve("../d e.png#f")
        'https://example.org/d%20e.png'
        """
        reference = strip_reference(reference)
        if len(reference) > MAX_URL_CHARACTERS:
            return None
        try:
            parsed = can_ada.parse(self._complete(reference))
        except (ValueError, TypeError):  # TypeError: a lone surrogate
            return None
        if parsed.protocol not in ("http:", "https:") or parsed.has_credentials():
            return None
        url = _without_fragment(parsed)
        return url if len(url) <= MAX_URL_CHARACTERS else None

    def _complete(self, reference: str) -> str:
        if found := _SCHEME.match(reference):
            rest = reference[found.end() :]
            if found.group(1).lower() + ":" != self._scheme or rest.startswith(("/", "\\")):
                return reference
            reference = rest  # "https:b" on an https page is relative
        return self._place(reference) + reference

    def _place(self, reference: str) -> str:
        first = reference[:1].replace("\\", "/")
        if first == "/":
            second = reference[1:2].replace("\\", "/")
            return self._scheme if second == "/" else self._origin
        if first == "?":
            return self._origin + self._path
        if first in ("#", ""):
            return self.url
        return self._origin + self._folder


def _without_fragment(parsed: can_ada.URL) -> str:
    parsed.hash = ""
    href: str = parsed.href
    return href
