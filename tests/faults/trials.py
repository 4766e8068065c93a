"""Try one kind of fault at one write point: then mend, go on, and compare with what nobody disturbed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from console.write_points import Cell, Kind, Setup
from tests.faults import aftermath
from tests.faults.driven import Driven
from tests.faults.inflict import Trial, inflicted
from tests.faults.place import Place
from tests.faults.stage import Stage
from tests.storage.s3_proxy import S3Proxy, s3_proxy


def try_fault(stage: Stage, cell: Cell, setup: Setup) -> None:
    """Raise `AssertionError` if anything is lost, half kept, said twice, or found by `verify`."""
    place = stage.fresh(setup, cell.point.work)
    expected, told_undisturbed = stage.undisturbed(cell.point.work)
    disturbed = _disturb(stage, cell, setup, place)
    if cell.kind is Kind.PROCESS_KILLED:
        assert not disturbed.done
        assert disturbed.failed is None
    if cell.point.work not in ("set-up", "migrate"):
        _nothing_is_lost(place, disturbed, expected.pairs, told_undisturbed)
    stage.drivers.to_the_end(cell.point.work, place)
    _ends_like(place, expected)


def kill_again_and_again(stage: Stage, kills: Sequence[Cell]) -> None:
    """Go on with one crawl after each kill, up to the next point, at its first coming."""
    place = stage.fresh(Setup.SQLITE_FOLDER, "crawl")
    expected, told_undisturbed = stage.undisturbed("crawl")
    for cell in kills:
        first = replace(cell, point=replace(cell.point, nth=1))
        disturbed = _disturb(stage, first, Setup.SQLITE_FOLDER, place)
        assert not disturbed.done, cell.name
        _nothing_is_lost(place, disturbed, expected.pairs, told_undisturbed)
    stage.drivers.to_the_end("crawl", place)
    _ends_like(place, expected)


def _disturb(stage: Stage, cell: Cell, setup: Setup, place: Place) -> Driven:
    """Return the process once it has ended, with all mended."""
    with _spoken_to(place, setup) as (through, proxy):
        process = stage.drivers.begin(cell.point.work, through, moment=cell.point.moment, nth=cell.point.nth)
        process.go_on()
        assert process.until_stopped(), process.failed or "it never came to its point"
        trial = Trial(stage=stage, place=place, setup=setup, point=cell.point, process=process, proxy=proxy)
        with inflicted(cell.kind, trial):
            process.go_on()
            process.until_ended()
    return process


@contextmanager
def _spoken_to(place: Place, setup: Setup) -> Iterator[tuple[Place, S3Proxy | None]]:
    """Put a proxy before an S3 store; what goes on afterwards speaks to the store itself."""
    if setup is not Setup.SQLITE_S3:
        yield place, None
        return
    with s3_proxy(place.objects_endpoint) as proxy:
        yield place.at_endpoint(proxy.endpoint_url), proxy


def _ends_like(place: Place, expected: aftermath.Left) -> None:
    wrong = aftermath.wrong_after_repair(place)
    assert wrong == [], wrong
    assert aftermath.unknown_objects(place) == set()
    assert aftermath.left_at(place) == expected


def _nothing_is_lost(place: Place, disturbed: Driven, final: frozenset[str], told: frozenset[str]) -> None:
    taken_back = told - final
    stored = aftermath.left_at(place).pairs
    assert set(disturbed.stored) - taken_back <= stored
    assert set(disturbed.stored) <= told
    assert aftermath.half_kept(place) == []
