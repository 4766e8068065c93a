import gzip
import zlib

import pytest

from console.demo.pictures import jpeg
from tests.acceptance.traces import disguises_of, found_in, runs_of


def _needles() -> dict[str, bytes]:
    return {
        f"{number}-{way}": each
        for number, run in enumerate(runs_of(jpeg("kite")))
        for way, each in enumerate(disguises_of(run))
    }


@pytest.mark.parametrize("shift", range(9))
def test_a_run_is_found_wherever_it_stands(shift: int) -> None:
    assert found_in({"f": bytes(shift) + jpeg("kite")}, _needles()) == [f"{number}-0 in f" for number in range(5)]


@pytest.mark.parametrize("pack", [zlib.compress, gzip.compress])
def test_a_run_is_found_in_a_compressed_stream_in_the_middle_of_a_file(pack: object) -> None:
    assert callable(pack)
    text = b"The quick brown fox. " * 50 + runs_of(jpeg("kite"))[0].hex().encode() * 2
    assert found_in({"f": b"something before " + pack(text) + b" and after"}, _needles())


def test_what_is_not_there_is_not_found() -> None:
    assert found_in({"f": jpeg("castle"), "empty": b""}, _needles()) == []
