"""Store clean pairs, and nothing else."""

from typing import Self

from scrapy.crawler import Crawler

from crawler.items import Clean
from crawler.not_kept import NotKept
from crawler.open_run import OpenRun
from crawler.run_extension import run_of
from storage.recorder import Result


class NotAClearedItem(TypeError):
    """Something reached storage that is no clean pair: a step is missing, and the run breaks off."""


class PersistPair:
    """Last step: waits until the share of the pair's page is committed; only what was stored comes out."""

    def __init__(self, run: OpenRun) -> None:
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(run_of(crawler))

    async def process_item(self, item: object) -> Clean:
        if type(item) is not Clean:
            raise NotAClearedItem(f"PersistPair was handed a {type(item).__name__}")
        if not await self._run.canaries.proven():
            self._run.book.abandon(item.pair.candidate)
            raise NotKept(item.pair.candidate, "stopped")
        if not await self._run.pairs_wanted.take():
            self._run.book.abandon(item.pair.candidate)
            raise NotKept(item.pair.candidate, "enough")
        result = await self._run.book.keep(item.pair, item.body)
        if result is Result.STORED:
            self._run.pairs_wanted.stored()
            return item
        self._run.pairs_wanted.give_back()
        raise NotKept(item.pair.candidate, result.value)

    async def close_spider(self) -> None:
        await self._run.book.close()
