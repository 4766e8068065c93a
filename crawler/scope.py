"""Keep a crawl on its seeds' hosts and inside the operator's patterns."""

import re
from collections import Counter
from collections.abc import Iterable

from filters.indexes.hosts import NotAHost, normalise_host


class Scope:
    """A seed's final host is in scope, else `example.org` redirecting to `www.example.org` crawls one page."""

    def __init__(
        self,
        seeds: Iterable[str],
        *,
        allow: Iterable[str] = (),
        deny: Iterable[str] = (),
        pages_per_host: int | None = None,
    ) -> None:
        self._hosts = {host for each in seeds if (host := _host(each)) is not None}
        self._allow = [re.compile(each) for each in allow]
        self._deny = [re.compile(each) for each in deny]
        self._pages_per_host = pages_per_host
        self._known: Counter[str] = Counter()

    def include_host_of(self, url: str) -> None:
        host = _host(url)
        if host is not None:
            self._hosts.add(host)

    def covers(self, url: str) -> bool:
        """Say whether a page of this host is read."""
        return _host(url) in self._hosts

    def take(self, url: str) -> bool:
        """Say whether a page that was linked to is read, and count it for its host if so; ask once for each URL."""
        host = _host(url)
        if host is None or host not in self._hosts or not self._is_wanted(url):
            return False
        if self._pages_per_host is not None and self._known[host] >= self._pages_per_host:
            return False
        self.count(url)
        return True

    def count(self, url: str) -> None:
        """Count a page that is known already."""
        if (host := _host(url)) is not None:
            self._known[host] += 1

    def _is_wanted(self, url: str) -> bool:
        if any(each.search(url) for each in self._deny):
            return False
        return not self._allow or any(each.search(url) for each in self._allow)


def _host(url: str) -> str | None:
    try:
        return normalise_host(url)
    except NotAHost:
        return None
