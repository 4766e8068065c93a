"""Find the rules of a document that cover a URL: on any host by its path, or only on a host that they name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from filters.signals.path_rules import PathRule, PathRules, paths_of

_ABSOLUTE: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//(?:[^/?#@]*@)?([^/?#]*)(.*)\Z", re.DOTALL)
_DEFAULT_PORT: Final = re.compile(r":(?:80|443)?\Z")
_LONGEST_HOST: Final = 300

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class UrlRule(Generic[T]):
    """A path as in robots.txt, where a first slash may be left out; or `//host/path`, whatever the scheme before it.

    The host may have asterisks too. `denies` decides how the rule counts where matching it is too dear.
    """

    pattern: str
    denies: bool
    says: T


class UrlRules(Generic[T]):
    def __init__(self, rules: Iterable[UrlRule[T]]) -> None:
        self._said: list[tuple[str | None, T]] = []
        paths: list[PathRule[int]] = []
        hosts: dict[PathRule[str], None] = {}
        for number, rule in enumerate(rules):
            host, path = _halves(rule.pattern)
            self._said.append((host, rule.says))
            paths.append(PathRule(pattern=path.encode(errors="replace"), denies=rule.denies, says=number))
            if host is not None:
                hosts[PathRule(pattern=_as_path(host).encode() + b"$", denies=rule.denies, says=host)] = None
        self._paths = PathRules(paths)
        self._hosts = PathRules(hosts)

    def covering(self, url: str) -> list[T]:
        """Return what is said of an absolute, normalised URL, in the order of the rules."""
        host, _ = _halves(url)
        here = {None, *self._hosts.all(paths_of(_as_path(host or "")))}
        rules = (self._said[number] for number in sorted(self._paths.all(paths_of(url))))
        return [says for host, says in rules if host in here]


def _halves(text: str) -> tuple[str | None, str]:
    text = text.strip()
    absolute = _ABSOLUTE.match(text)
    if absolute is None:
        return None, text if text.startswith(("/", "*")) else "/" + text
    path = absolute[2]
    return _host(absolute[1]), path if path.startswith(("/", "*")) else "/" + path


def _host(text: str) -> str:
    host = _DEFAULT_PORT.sub("", text.lower()).rstrip(".")
    try:
        return host.encode("idna").decode() if len(host) <= _LONGEST_HOST and not host.isascii() else host
    except UnicodeError:
        return host.encode(errors="replace").decode()


def _as_path(host: str) -> str:
    """Hosts are matched by the same means as paths."""
    return "/" + host
