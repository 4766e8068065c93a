"""A kill does not show a missing fsync, because the kernel still has the bytes: a trace of the calls does."""

from collections.abc import Callable
from pathlib import Path

import pytest

from console.write_points import Setup
from tests.faults.calls import Call, read_calls
from tests.faults.stage import Stage
from tests.faults.syscalls import traced
from tests.faults.write_order import Order

_SEEN = "openat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,mkdir,sendto,recvfrom"
_WORKS = [
    (Setup.SQLITE_FOLDER, "crawl"),
    (Setup.POSTGRESQL_FOLDER, "crawl"),
    (Setup.SQLITE_FOLDER, "withdraw"),
    (Setup.SQLITE_FOLDER, "import-list"),
    (Setup.SQLITE_FOLDER, "rescan"),
    (Setup.SQLITE_FOLDER, "set-up"),
]


def calls_of(on_stage: Stage, setup: Setup, work: str, out: Path) -> list[Call]:
    process = on_stage.drivers.begin(work, on_stage.fresh(setup, work), trace=True)
    with traced(process.pid, trace=_SEEN, out=out):
        process.go_on()
        process.until_ended()
    assert process.done, process.failed
    return read_calls(out)


@pytest.mark.parametrize(("setup", "work"), _WORKS, ids=lambda each: str(getattr(each, "name", each)).lower())
def test_everything_is_durable_before_what_relies_on_it(
    on_stage: Stage, setup: Setup, work: str, tmp_path: Path
) -> None:
    assert list(Order(calls_of(on_stage, setup, work, tmp_path / "trace")).missing()) == []


@pytest.fixture(scope="module")
def crawled(on_stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> list[Call]:
    return calls_of(on_stage, Setup.SQLITE_FOLDER, "crawl", tmp_path_factory.mktemp("crawled") / "trace")


def test_bytes_come_before_the_row_that_names_them_and_the_row_before_the_checkpoint(crawled: list[Call]) -> None:
    order = Order(crawled)
    intent, put, final = (order.passed(each)[0] for each in ("intent.after-commit", "put.after", "final.after-commit"))
    named = next(each for each in order.named("rename") if "/objects/" in each.names[1])
    first_written = next(each for each in crawled if each.name == "write" and "/objects/unfinished/" in each.file)
    signed = next(each for each in crawled if each.file.endswith(".checkpoints") and each.begun > final.ended)
    times = [intent.ended, first_written.begun, named.begun, put.begun, final.begun, signed.begun]
    assert times == sorted(times)


@pytest.mark.parametrize(
    ("left_out", "word"),
    [
        (lambda each: "/unfinished/" in each.file, "renamed before it is synced"),
        (lambda each: "/objects/" in each.file and "/unfinished" not in each.file, "new name is not synced"),
        (lambda each: each.file.endswith("/objects"), "new folder is not synced"),
        (lambda each: "/objects/" in each.file and "/unfinished" not in each.file, "deleted object is not synced"),
        (lambda each: each.file.endswith("-wal"), "commit is not durable: final"),
        (lambda each: each.file.endswith(".checkpoints"), "checkpoint is not synced"),
    ],
    ids=["file", "folder of a name", "folder of a folder", "folder of a deletion", "log", "checkpoint"],
)
def test_a_sync_that_is_left_out_is_noticed(crawled: list[Call], left_out: Callable[[Call], bool], word: str) -> None:
    """Else the tests above would show nothing."""
    without = [each for each in crawled if not (each.name in ("fsync", "fdatasync") and left_out(each))]
    assert any(word in each for each in Order(without).missing())
