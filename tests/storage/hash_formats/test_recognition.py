import io

import pytest

from storage.hash_formats import HashFormat, recognise
from storage.list_lines import BadList
from tests.storage.hash_formats.samples import PDQ, md5


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        (f"{md5()}\n", HashFormat.HEX),
        (f"# pdq list\n\n{PDQ}\n", HashFormat.HEX),
        (f"{md5()}  picture.jpg\n", HashFormat.HEX),
        (f"# a comment\npdq {PDQ}\n", HashFormat.LOCAL_FILE),
        ("signal_type,signal_str,collab,category,tags\n", HashFormat.THREATEXCHANGE_CSV),
        ("type,hash\n", HashFormat.HEX),
        ("\ufeff<?xml version='1.0'?>", HashFormat.NCMEC),
        ('\n {"count": 1, "hashRecords": []}', HashFormat.STOPNCII),
        ('{"@odata.context": "x", "value" : [', HashFormat.VICS),
        ("# nothing\n" * 50, HashFormat.HEX),
    ],
)
def test_a_format_is_recognised_and_the_file_left_where_it_was(text: str, layout: HashFormat) -> None:
    source = io.BytesIO(text.encode())
    assert recognise(source) is layout
    assert source.tell() == 0


@pytest.mark.parametrize(
    ("raw", "says"), [(b'{"a": 1}', "--format"), (b"\x1f\x8b\x08", "unpack"), (b"\xff\xfe<\0", "UTF-16")]
)
def test_what_is_of_no_format_is_refused(raw: bytes, says: str) -> None:
    with pytest.raises(BadList, match=says):
        recognise(io.BytesIO(raw))
