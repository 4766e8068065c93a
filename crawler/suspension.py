"""Leave a host out of the run after so many matches on it; only the sealed record of the last of them says so."""

import asyncio
from collections import Counter
from collections.abc import Collection
from concurrent.futures import Future
from dataclasses import replace
from typing import Protocol

from filters.candidate import Candidate
from filters.facts import Fetched
from storage.frontier import host_of
from storage.recorder import Entry, Match, Share


class Frontier(Protocol):
    """What is asked of the recorder."""

    def drop_hosts(self, hosts: Collection[str]) -> Future[int]: ...


class Suspension:
    """The hosts that one process leaves out; 0 as `limit` leaves out none.

    A match counts for the host of its page and for that of its picture; one that rests on the words of its page only
    for the former, or anybody could have a host left out by writing of its pictures. It is kept in memory only: on disk
    it would be a list of places, so a resumed run counts anew.
    """

    def __init__(self, frontier: Frontier, limit: int) -> None:
        self._frontier = frontier
        self._limit = limit
        self._matches: Counter[str] = Counter()
        self._suspended: set[str] = set()
        self._to_drop: set[str] = set()

    def noted(self, share: Share) -> Share:
        """Count the matches of a share that is about to be recorded, and mark that by which a host is left out."""
        return replace(share, entries=tuple(self._noted(each) for each in share.entries))

    async def carry_out(self) -> int:
        """Take what is pending of the hosts out of the frontier, and return how many pages that were."""
        hosts, self._to_drop = self._to_drop, set()
        return await asyncio.wrap_future(self._frontier.drop_hosts(hosts)) if hosts else 0

    def holds(self, candidate: Candidate, fetched: Fetched | None = None) -> bool:
        """Say whether it is held back: its page or its picture is on a host that is left out."""
        return bool(self._suspended) and not self._suspended.isdisjoint(_hosts_of(candidate, fetched))

    def leaves_out(self, host: str) -> bool:
        return host in self._suspended

    def _noted(self, entry: Entry) -> Entry:
        if not isinstance(entry, Match) or not self._limit:
            return entry
        hosts = _hosts_of_page(entry.candidate) if entry.rests_on_words else _hosts_of(entry.candidate, entry.fetched)
        self._matches.update(hosts)
        reached = {each for each in hosts if self._matches[each] >= self._limit} - self._suspended
        self._suspended |= reached
        self._to_drop |= reached
        return replace(entry, host_suspended=bool(reached))


def _hosts_of(candidate: Candidate, fetched: Fetched | None) -> set[str]:
    urls = [candidate.image_url] if fetched is None else [candidate.image_url, fetched.final_url]
    return _hosts_of_page(candidate) | ({host_of(each) for each in urls} - {""})


def _hosts_of_page(candidate: Candidate) -> set[str]:
    return {host_of(each) for each in (candidate.visit.url, candidate.visit.final_url)} - {""}
