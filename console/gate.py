"""Show the gate harmless pictures of the synthetic list, and one that is on no list, and say what it finds."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass

from console.configuration import Configuration
from console.known_files import of_address
from console.measured_files import facts_of, inspectors, request_of
from crawler.canary_list import canary_list, canary_url, is_found
from crawler.edit_names import EDITS, MUST_BE_FOUND, UNEDITED
from crawler.worker_tasks import DrawRequest
from crawler.workers import WorkerError, WorkerNotStarted, WorkerPool
from filters.decision import Decision, Lineup, Subject, decide
from filters.exact_hash import ExactHash
from filters.facts import Facts
from filters.indexes.known_material import KnownMaterial, ListState
from filters.near_hash import NearHash
from filters.thresholds import BadSetting, Thresholds
from storage.errors import NotReady
from storage.synthetic_list import SYNTHETIC_PICTURES

ON_NO_LIST = "on-no-list"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """How many pictures the gate was shown in one edit, and how many of them it took for known."""

    edit: str
    means: str
    shown: int
    found: int
    needed: int | None
    """How many it has to find, if that is for certain: of what is on no list none."""

    @property
    def is_wrong(self) -> bool:
        return self.needed is not None and self.found != self.needed

    @property
    def sentence(self) -> str:
        mark = "WRONG  " if self.is_wrong else "       "
        return f"{mark}{self.edit:<18} {self.found:>3} of {self.shown} found  {self.means}"


def show_gate(configuration: Configuration, pictures: int, edits: Iterable[str] = tuple(EDITS)) -> Iterator[Shown]:
    """Yield what is found of each edit, drawn and measured in workers and judged with the thresholds of a crawl."""
    lineup = _lineup(configuration, pictures)
    with closing(_Workers(configuration)) as workers:
        for edit in edits:
            yield _shown(edit, [is_found(_judged(lineup, workers.measured(n, edit))) for n in range(pictures)])
        stranger = _judged(lineup, workers.measured(SYNTHETIC_PICTURES, UNEDITED))
        yield _shown(ON_NO_LIST, [stranger.decisive is not None])


class _Workers:
    """One that draws and one that measures, under the limits of a crawl."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._draw = WorkerPool("draw", size=1, timeout_s=60, memory_bytes=configuration.whole("WORKER_MEMORY_BYTES"))
        self._inspect = inspectors(configuration)

    def close(self) -> None:
        self._draw.close()
        self._inspect.close()

    def measured(self, number: int, edit: str) -> Facts:
        try:
            return asyncio.run(self._measured(number, edit))
        except (WorkerError, WorkerNotStarted) as problem:
            raise NotReady(f"no worker can draw or measure a picture ({problem}); type: altsieve doctor") from problem

    async def _measured(self, number: int, edit: str) -> Facts:
        body = await self._draw.run(DrawRequest(number=number, edit=edit))
        return await facts_of(request_of(body, self._configuration), self._inspect)


def _lineup(configuration: Configuration, pictures: int) -> Lineup:
    """The synthetic list alone: the test is of the gate, whatever lists there are."""
    try:
        thresholds = Thresholds.from_settings(configuration.values)
    except BadSetting as error:
        raise NotReady(str(error)) from None
    known = KnownMaterial(
        lists=(canary_list(pictures),),
        revision="",
        ready=ListState.READY,
        production=True,
        networks=(),
        provisional=False,
        problem=None,
    )
    near = NearHash(known, min_quality=thresholds.pdq_min_quality, min_side_px=thresholds.pdq_min_side_px)
    return Lineup(filters=(ExactHash(known), near), epoch=0)


def _judged(lineup: Lineup, facts: Facts) -> Decision:
    return decide(lineup, Subject(candidate=of_address(canary_url(0, UNEDITED)), facts=facts))


def _shown(edit: str, found: list[bool]) -> Shown:
    needed = {ON_NO_LIST: 0, **dict.fromkeys(MUST_BE_FOUND, len(found))}.get(edit)
    means = "a picture that is on no list" if edit == ON_NO_LIST else EDITS[edit]
    return Shown(edit=edit, means=means, shown=len(found), found=sum(found), needed=needed)
