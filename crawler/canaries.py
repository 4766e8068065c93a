"""Show a run harmless pictures that are declared known, and count which of them it finds.

They are fetched, measured and judged by what does so for every picture of the run, and leave nothing but counts. The
unedited ones and those saved again come first: until all of them are found nothing is kept, and a missed one ends the
run. What is measured afterwards, edit by edit, says how much the run's lists can be relied on to find.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Final, TypeAlias

from crawler.canary_list import CANARY_LIST, canary_url, is_found
from crawler.edit_names import EDITS, MUST_BE_FOUND
from crawler.items import Downloaded
from crawler.pictures import Pictures
from crawler.stopping import Stopped
from filters.candidate import Candidate, PageVisit, TextSource
from filters.decision import Decision, Lineup, Needs
from filters.facts import Facts, Fetched
from storage.canary_results import CanaryResult

Judge: TypeAlias = Callable[[Downloaded], Awaitable[tuple[Decision, Facts] | None]]

_AT_ONCE: Final = 4


class Canaries:
    """`pictures` of the list are shown in every edit; with 0 there is nothing to show, and nothing waits for it."""

    def __init__(self, pictures: int, fetched: Pictures, judge: Judge) -> None:
        self._count = pictures
        self._fetched = fetched
        self._judge = judge
        self._injected: Counter[str] = Counter()
        self._found: Counter[str] = Counter()
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._decided = asyncio.Event()
        self._works = pictures == 0
        if self._works:
            self._decided.set()

    async def show(self) -> str | None:
        """Show all of them; return why the run must break off, or None."""
        try:
            await self._show(MUST_BE_FOUND)
        except Stopped:
            return None
        finally:
            self._works = not self._missed()
            self.give_up()
        if self._works:
            await self._show_the_rest()
            return None
        return f"the gate does not work, of harmless pictures declared known it missed {', '.join(self._missed())}"

    async def proven(self) -> bool:
        """Wait until it is certain that what must be found is found; False if it is not, or the run ends before."""
        await self._decided.wait()
        return self._works

    def give_up(self) -> None:
        """Let nobody wait any longer."""
        self._decided.set()

    @property
    def results(self) -> tuple[CanaryResult, ...]:
        """What was shown so far."""
        return tuple(
            CanaryResult(edit=edit, injected=self._injected[edit], found=self._found[edit])
            for edit in EDITS
            if self._injected[edit]
        )

    async def _show_the_rest(self) -> None:
        try:
            await self._show(tuple(EDITS)[len(MUST_BE_FOUND) :])
        except Stopped:
            return

    async def _show(self, edits: Sequence[str]) -> None:
        """Go through them picture by picture, so that each edit was shown as often if the run ends before."""
        for number in range(self._count):
            shown = await asyncio.gather(*(self._one(number, edit) for edit in edits))
            if not all(shown):
                raise Stopped

    async def _one(self, number: int, edit: str) -> bool:
        """Return False if the run stops."""
        async with self._turns:
            candidate = _candidate(number, edit)
            try:
                found = await self._finds(candidate)
            except Stopped:
                return False
            finally:
                self._fetched.release(candidate)
        self._injected[edit] += 1
        self._found[edit] += found
        return True

    async def _finds(self, candidate: Candidate) -> bool:
        picture = await self._fetched.hold(candidate)
        fetched = picture.outcome.result()
        if not isinstance(fetched, Fetched):
            return False
        judged = await self._judge(Downloaded(candidate=candidate, fetched=fetched, picture=picture))
        return judged is not None and is_found(judged[0])

    def _missed(self) -> list[str]:
        """Return the edits of which one was missed that must be found."""
        short = (edit for edit in MUST_BE_FOUND if self._found[edit] < self._count)
        return [f"{edit} ({self._count - self._found[edit]} of {self._count})" for edit in short]


def looking_only(lineup: Lineup) -> Lineup:
    """Return the filters that look at a picture: what a page or a host says is no matter, and no one else is asked."""
    looking = (Needs.DIGESTS, Needs.PICTURE)
    return Lineup(filters=tuple(each for each in lineup.filters if each.needs in looking), epoch=lineup.epoch)


def _candidate(number: int, edit: str) -> Candidate:
    """A canary is on no page: this one stands for it, and is never recorded."""
    url = canary_url(number, edit)
    visit = PageVisit(
        page_id="",
        url=url,
        final_url=url,
        hops=(),
        status=200,
        headers=(),
        fetched_at=datetime.now(UTC),
        depth=0,
        seed=url,
        found_on=None,
        consent=(),
    )
    return Candidate(
        visit=visit,
        image_url_found=url,
        image_url=url,
        text_raw=CANARY_LIST,
        text=CANARY_LIST,
        text_source=TextSource.ALT,
    )
