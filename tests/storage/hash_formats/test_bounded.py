import pytest

from storage.hash_formats import HashFormat, bounded
from storage.list_lines import BadList
from tests.storage.hash_formats.samples import hashes, md5, read

NCMEC = b'<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">'
RECORD = b'{"MD5":"%s"},' % md5().encode()


@pytest.fixture(autouse=True)
def short_records(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a test need not read what a parser would choke on."""
    monkeypatch.setattr(bounded, "LONGEST_RECORD_BYTES", 20_000)


@pytest.mark.parametrize(
    ("begins", "goes_on", "layout"),
    [
        (b'{"value":[{"MD5":"', b"a", HashFormat.VICS),
        (b'{"value":[{"MediaID":', b"9", HashFormat.VICS),
        (b'{"value":[' + RECORD + b'{"x":', b"[", HashFormat.VICS),
        (b'{"value":[' + RECORD + b'{"x":', b'{"a":', HashFormat.VICS),
        (b'{"', b"a", HashFormat.VICS),
        (b'{"hashRecords":[{"hashValue":"', b"a", HashFormat.STOPNCII),
        (NCMEC, b"<other/>", HashFormat.NCMEC),
        (NCMEC + b"<images>", b"<!-- -->", HashFormat.NCMEC),
        (NCMEC + b"<images><image>", b"<other/>", HashFormat.NCMEC),
    ],
)
def test_a_record_without_an_end_in_sight_ends_the_reading(begins: bytes, goes_on: bytes, layout: HashFormat) -> None:
    with pytest.raises(BadList, match="longer or nested deeper than any"):
        read(begins + goes_on * 40_000, layout=layout)


def test_a_file_of_many_records_may_be_as_long_as_it_likes() -> None:
    assert len(hashes(read(b'{"value":[' + RECORD * 2_000 + b'{"MD5":"x"}]}'))) == 2_000
