"""Match URLs with the patterns of RFC 9309: a prefix of the path, `*` for anything, `$` for the end."""

import re
import string
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

_ABSOLUTE: Final = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:)?//(?:[^/?#@]*@)?([^/?#]*)(.*)\Z", re.DOTALL)
_ENCODED: Final = re.compile("%[0-9A-Fa-f]{2}")
_UNRESERVED: Final = frozenset(string.ascii_letters + string.digits + "-._~")
_DEFAULT_PORT: Final = re.compile(r":(?:80|443)?\Z")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Glob:
    """Text with `*`, matched from its start on; in time linear in what it is matched with."""

    first: str
    then: tuple[str, ...]
    """What must follow, in this order; of `a**b*` it is `b`."""
    to_the_end: bool

    def matches(self, text: str) -> bool:
        if not text.startswith(self.first):
            return False
        at = len(self.first)
        last = self.then[-1:] if self.to_the_end else ()
        for piece in self.then[: len(self.then) - len(last)]:
            found = text.find(piece, at)
            if found < 0:
                return False
            at = found + len(piece)
        if last:
            return len(text) - at >= len(last[0]) and text.endswith(last[0])
        return at == len(text) or not self.to_the_end


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A URL in the parts that patterns are matched with."""

    host: str
    path: str

    @classmethod
    def of(cls, url: str) -> "Target":
        """`url` is absolute and normalised."""
        absolute = _ABSOLUTE.match(url)
        host, rest = ("", url) if absolute is None else (_host(absolute[1]), absolute[2])
        path = rest.partition("#")[0]
        return cls(host=host, path=_octets(path if path.startswith("/") else "/" + path))


@dataclass(frozen=True, kw_only=True, slots=True)
class UrlPattern:
    """A path with wildcards, on any host; or after `//host` on that host only, whatever the scheme.

    >>> UrlPattern.of("/fox/*.jpg$").covers(Target.of("https://example.org/fox/red/1.jpg"))
    True
    """

    host: _Glob | None
    path: _Glob

    @classmethod
    def of(cls, text: str) -> "UrlPattern":
        absolute = _ABSOLUTE.match(text)
        if absolute is None:
            return cls(host=None, path=_path_glob(text.strip()))
        return cls(host=_glob(_host(absolute[1]), to_the_end=True), path=_path_glob(absolute[2].strip()))

    def covers(self, target: Target) -> bool:
        return (self.host is None or self.host.matches(target.host)) and self.path.matches(target.path)


def _host(host: str) -> str:
    return _DEFAULT_PORT.sub("", host.lower())


def _path_glob(pattern: str) -> _Glob:
    ends = pattern.endswith("$")
    path = pattern.removesuffix("$")
    return _glob(_octets(path if path.startswith(("/", "*")) else "/" + path), to_the_end=ends)


def _glob(text: str, *, to_the_end: bool) -> _Glob:
    first, *then = text.split("*")
    return _Glob(
        first=first,
        then=tuple(filter(None, then)),
        to_the_end=to_the_end and (not then or bool(then[-1])),  # `*$` is `*`
    )


def _octets(path: str) -> str:
    """Encode what is not ASCII, decode what need not be encoded, so that equal octets are equal text."""
    encoded = quote(path, safe=string.punctuation, errors="replace")
    return _ENCODED.sub(_decoded, encoded)


def _decoded(found: re.Match[str]) -> str:
    character = chr(int(found[0][1:], 16))
    return character if character in _UNRESERVED else found[0].upper()
