"""Find the rule that says most of a path, with the patterns of RFC 9309, in bounded time whatever they are."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, Generic, TypeVar

MOST_WILD_OCTETS: Final = 64 << 10
MOST_PATH_OCTETS: Final = 8 << 10

_AS_IT_IS: Final = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    b":@[]!&'()+,;="  # * and $ are not here: a pattern has its own
)
_SPELT: Final = re.compile(rb"%([0-9A-Fa-f]{2})|[^A-Za-z0-9._~:@\[\]!&'()+,;=/?#-]")
_IN_QUERY: Final = re.compile(rb"%(?:2F|3F|23)")
_ORIGIN: Final = re.compile(r"[^:/?#]+://[^/?#]*")

T = TypeVar("T")


def paths_of(url: str) -> tuple[bytes, ...]:
    """Return the path and query of an absolute URL, or of a path, in each spelling that a pattern may meet it in."""
    origin = _ORIGIN.match(url)
    path = url[origin.end() if origin else 0 :].partition("#")[0].encode(errors="surrogatepass")
    return _spellings(_normalised(path if path.startswith(b"/") else b"/" + path))


@dataclass(frozen=True, kw_only=True, slots=True)
class PathRule(Generic[T]):
    """What a line says of the paths that its pattern matches; `denies` decides how it counts where that is too dear."""

    pattern: bytes
    denies: bool
    says: T


class PathRules(Generic[T]):
    """Rules on paths. Of those that match, the ones with most octets count.

    A pattern without asterisk is looked up by its text, so that a path costs as many look-ups as patterns have
    lengths; those with one are tried in turn, longest first. Patterns of the latter kind beyond 64 KiB are not tried:
    of one that denies only what stands before its asterisk counts, and one that allows does not count. So it is with
    all of them for a path beyond 8 KiB.
    """

    def __init__(self, rules: Iterable[PathRule[T]]) -> None:
        self._starts: dict[bytes, _Equal[T]] = {}
        self._wholes: dict[bytes, _Equal[T]] = {}
        self._wild: list[_Pattern[T]] = []
        self._wild_octets = 0
        for rule in rules:
            for pattern in _patterns(rule):
                self._add(pattern)
        self._lengths = sorted({len(each) for each in self._starts}, reverse=True)
        self._wild.sort(key=lambda each: each.octets, reverse=True)

    def longest(self, paths: Iterable[bytes], kinds: Iterable[bytes] = ()) -> tuple[T, ...]:
        """Return what the rules say whose patterns match and have most octets; nothing if none match.

        `kinds` are only matched with anchored patterns, as a whole.
        """
        most = 0
        said: dict[T, None] = {}
        for octets, says in chain(self._wholly(kinds), *map(self._matching, paths)):
            if octets > most:
                most, said = octets, dict.fromkeys(says)
            elif octets == most:
                said.update(dict.fromkeys(says))
        return tuple(said)

    def all(self, paths: Iterable[bytes]) -> tuple[T, ...]:
        """Return what every rule says whose pattern matches."""
        said: dict[T, None] = {}
        for path in paths:
            for equal in self._equal(path):
                said.update(dict.fromkeys(chain(equal.says, equal.of_fewer)))
            said.update((each.rule.says, None) for each in self._wild if each.matches(path))
        return tuple(said)

    def _add(self, pattern: "_Pattern[T]") -> None:
        if pattern.is_plain:
            _put(pattern, self._wholes if pattern.to_the_end else self._starts)
            return
        if self._wild_octets + pattern.octets <= MOST_WILD_OCTETS:
            self._wild_octets += pattern.octets
            self._wild.append(pattern)
        elif pattern.rule.denies:
            _put(pattern, self._starts)

    def _wholly(self, texts: Iterable[bytes]) -> Iterator[tuple[int, Iterable[T]]]:
        for text in texts:
            if (whole := self._wholes.get(text)) is not None:
                yield whole.octets, whole.says

    def _equal(self, path: bytes) -> Iterator["_Equal[T]"]:
        if (whole := self._wholes.get(path)) is not None:
            yield whole
        for length in self._lengths:
            if length <= len(path) and (start := self._starts.get(path[:length])) is not None:
                yield start

    def _matching(self, path: bytes) -> Iterator[tuple[int, Iterable[T]]]:
        yield from ((each.octets, each.says) for each in self._equal(path))
        least = 0
        for wild in self._wild:
            if wild.octets < least:
                return
            if wild.matches(path):
                least = wild.octets
                yield wild.octets, (wild.rule.says,)


@dataclass(kw_only=True, slots=True)
class _Equal(Generic[T]):
    """Rules whose patterns are the same text: what those with most octets say, and those `of_fewer` asterisks."""

    octets: int = -1
    says: list[T] = field(default_factory=list)
    of_fewer: list[T] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pattern(Generic[T]):
    """One spelling of a pattern: what a path starts with, and what must follow in this order."""

    rule: PathRule[T]
    octets: int
    first: bytes
    then: tuple[bytes, ...]
    last: bytes
    """What stands between the last asterisk and the anchor."""
    to_the_end: bool

    @property
    def is_plain(self) -> bool:
        return not self.then and not self.last

    def matches(self, path: bytes) -> bool:
        if not path.startswith(self.first):
            return False
        if len(path) > MOST_PATH_OCTETS:
            return self.rule.denies
        at = len(self.first)
        for piece in self.then:
            if (found := path.find(piece, at)) < 0:
                return False
            at = found + len(piece)
        return path.endswith(self.last, at)


def _put(pattern: _Pattern[T], where: dict[bytes, _Equal[T]]) -> None:
    equal = where.setdefault(pattern.first, _Equal())
    if pattern.octets > equal.octets:
        equal.of_fewer += equal.says
        equal.octets, equal.says = pattern.octets, []
    (equal.says if pattern.octets == equal.octets else equal.of_fewer).append(pattern.rule.says)


def _patterns(rule: PathRule[T]) -> Iterator[_Pattern[T]]:
    anchored = rule.pattern.endswith(b"$")
    pieces = [_normalised(each) for each in rule.pattern.removesuffix(b"$").split(b"*")]
    octets = sum(map(len, pieces)) + len(pieces) - 1 + anchored
    for spelling in _spellings(b"*".join(pieces)):
        first, *then = spelling.split(b"*")
        last = then.pop() if then and anchored else b""
        yield _Pattern(
            rule=rule,
            octets=octets,
            first=first,
            then=tuple(filter(None, then)),
            last=last,
            to_the_end=anchored and len(pieces) == 1,  # `*$` is `*`
        )


def _normalised(text: bytes) -> bytes:
    """Spell each octet in one way, so that equal octets are equal text (RFC 9309, 2.2.2).

    A reserved one is equal to itself encoded, but for those that take a path apart: `/a%2Fb` is not `/a/b`.
    """
    return _SPELT.sub(_octet, text)


def _octet(found: re.Match[bytes]) -> bytes:
    octet = int(found[1], 16) if found[1] else found[0][0]
    return bytes((octet,)) if octet in _AS_IT_IS else b"%%%02X" % octet


def _spellings(text: bytes) -> tuple[bytes, ...]:
    """Return it, and with the slashes of its query decoded: there `?u=https://` equals `?u=https%3A%2F%2F`."""
    path, mark, query = text.partition(b"?")
    decoded = path + mark + _IN_QUERY.sub(lambda found: bytes((int(found[0][1:], 16),)), query)
    return (text,) if decoded == text else (text, decoded)
