"""A run judges by what the lists say now: at each epoch, and no longer than they are fresh."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.lineup_watch import LineupWatch
from filters.decision import FLOOR
from filters.indexes.host_trie import open_trie, write_trie
from filters.indexes.hosts import BlockedHosts, HostList
from filters.indexes.known_material import KnownMaterial
from filters.lineup import Material, Thresholds
from tests.filters.graves import NOTHING
from tests.filters.known_lists import known


class Nothing:
    def holds(self, pair_id: str) -> bool:
        return False

    def captions_of(self, image_sha256: str) -> int:
        return 0

    def pictures_of(self, text: str) -> int:
        return 0


class Lists:
    def __init__(self, material: KnownMaterial) -> None:
        self.at = 1
        self.known = material
        self.hosts = BlockedHosts(())
        self.floors: list[Material | None] = []

    def epoch(self) -> int:
        return self.at

    def load(self, floor: Material | None) -> Material:
        self.floors.append(floor)
        return Material(epoch=self.at, hosts=self.hosts, known=self.known, held=Nothing(), withdrawn=NOTHING)


def renewed(lists: Lists, between: KnownMaterial, epoch: int) -> int:
    """Return how often the lists were loaded by the end."""

    async def renew() -> None:
        with ThreadPoolExecutor(1) as threads:
            watch = LineupWatch(lists, FLOOR, Thresholds(), threads)
            lists.known, lists.at = between, epoch
            lineup = await watch.renew()
            assert lineup.epoch == epoch
            assert (await watch.renew()) is lineup

    asyncio.run(renew())
    return len(lists.floors)


def test_lists_are_loaded_again_when_the_file_of_one_was_written_to(tmp_path: Path) -> None:
    path = tmp_path / "ads@1.hosts"
    write_trie(path, [("bad.example", "x")], digest="")
    lists = Lists(known())
    lists.hosts = BlockedHosts((HostList(name="ads", number=1, digest="", entries=open_trie(path, "")),))

    async def renewed_once() -> None:
        with ThreadPoolExecutor(1) as threads:
            watch = LineupWatch(lists, FLOOR, Thresholds(), threads)
            lineup = await watch.renew()
            lists.hosts = BlockedHosts(())
            assert (await watch.renew()) is lineup
            path.write_bytes(b"")
            assert (await watch.renew()) is not lineup

    asyncio.run(renewed_once())
    assert len(lists.floors) == 2


@pytest.mark.parametrize(
    ("fresh_for", "epoch", "loads"),
    [(timedelta(hours=1), 1, 1), (None, 1, 1), (timedelta(hours=1), 2, 2), (-timedelta(seconds=1), 1, 2)],
    ids=["nothing changed", "no production list", "a gate changed", "a list became stale"],
)
def test_lists_are_loaded_again_when_a_gate_changed_or_one_became_stale(
    fresh_for: timedelta | None, epoch: int, loads: int
) -> None:
    fresh = replace(known(), fresh_until=None if fresh_for is None else datetime.now(UTC) + fresh_for)
    lists = Lists(fresh)
    stale = replace(fresh, production=False, fresh_until=None)
    assert renewed(lists, stale if loads == 2 else fresh, epoch) == loads
    assert lists.floors[0] is None
    assert all(floor is not None for floor in lists.floors[1:])
