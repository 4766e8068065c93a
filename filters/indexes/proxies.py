"""Know the proxies, caches and archives that spell the host of what they show in a way of their own."""

import re
from collections.abc import Callable, Iterator
from typing import Final

_BARE_PROXIES: Final = (
    "wsrv.nl",
    "weserv.nl",
    "images-opensocial.googleusercontent.com",
    "translate.google.com",
    "external-content.duckduckgo.com",
    "proxy.duckduckgo.com",
)
_HOST_ENCODERS: Final = ("translate.goog", "cdn.ampproject.org")
_HOST_SEGMENT: Final = re.compile(r"(?<=/)(?=[^/?#=\s:@]+\.[^/?#=\s:@.]+/)")
_THUMBOR: Final = re.compile(r"/(?:unsafe|[A-Za-z0-9_-]{27}=)(?=/)")
_ENCODING_PREFIX: Final = re.compile(r"^[01]-")


def is_bare_proxy(host: str) -> bool:
    """Say whether a parameter of this host that is a mere host name is what it fetches."""
    return _is_of(host, _BARE_PROXIES)


def host_inside(host: str) -> str | None:
    """Return the host that a name such as `bad-example.translate.goog` stands for: `-` is a dot, `--` a hyphen."""
    if not _is_of(host, _HOST_ENCODERS):
        return None
    label = _ENCODING_PREFIX.sub("", host.partition(".")[0])
    if label.startswith("xn--"):
        label = _from_punycode(label[4:])
    return "-".join(each.replace("-", ".") for each in label.split("--"))


def paths_inside(host: str, path: str) -> Iterator[str]:
    """Yield what of a path begins with the host that is meant, without a scheme."""
    for of, begins in _PATHS:
        if of(host) and (found := begins.match(path)):
            yield path[found.end() :]
    if signed := _THUMBOR.search(path):
        yield from (path[found.start() :] for found in _HOST_SEGMENT.finditer(path, signed.end()))


def _is_of(host: str, names: tuple[str, ...]) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in names)


def _any_of(*names: str) -> Callable[[str], bool]:
    return lambda host: _is_of(host, names)


_PATHS: Final = (
    (re.compile(r"i\d\.wp\.com").fullmatch, re.compile(r"/+")),
    (_any_of("web.archive.org"), re.compile(r"/web/[^/]*/+")),
    (_any_of("cdn.ampproject.org"), re.compile(r"/(?:[a-z]{1,2}/)*")),
    (_any_of("google.com"), re.compile(r"/amp/(?:s/)?")),
    (_any_of("cdn.statically.io"), re.compile(r"/img/")),
)


def _from_punycode(label: str) -> str:
    try:
        return label.encode().decode("punycode")
    except UnicodeError:
        return label
