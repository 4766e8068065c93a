from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from storage.signed_notes import NoteKey, NotSigned, signed
from storage.tree_heads import TreeHead

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = NoteKey("log.example/1", PRIVATE.public_key().public_bytes_raw())
HEAD = TreeHead(origin="log.example/1", size=20852163, root=bytes(range(32)))


def note(text: str) -> str:
    return signed(text, KEY, PRIVATE.sign)


def test_a_head_is_three_lines_as_the_format_says() -> None:
    assert str(HEAD) == "log.example/1\n20852163\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    assert TreeHead.open(note(str(HEAD)), KEY) == HEAD
    assert TreeHead.open(note(str(HEAD) + "more\n"), KEY) == HEAD


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (str(replace(HEAD, origin="log.example/2")), "not of the log"),
        (str(HEAD).replace("20852163", "020852163"), "no size and root"),
        (str(HEAD).replace("20852163", "-1"), "no size and root"),
        (str(HEAD).replace("AAEC", "AA", 1), "no size and root"),
        ("log.example/1\n", "no size and root"),
    ],
)
def test_what_says_something_else_is_no_head_though_it_is_signed(text: str, said: str) -> None:
    with pytest.raises(NotSigned, match=said):
        TreeHead.open(note(text), KEY)
