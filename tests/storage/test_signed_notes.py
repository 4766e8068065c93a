from base64 import b64decode, b64encode
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from storage.signed_notes import NotANoteKey, NoteKey, NotSigned, opened, signed

# The example of Go's package golang.org/x/mod/sumdb/note, which the format comes from
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_SIGNATURE = (
    "\N{EM DASH} PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = NoteKey("log.example/1", PRIVATE.public_key().public_bytes_raw())
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
NOTE = signed("one\n\ntwo\n", KEY, PRIVATE.sign)


def test_what_go_has_signed_is_opened_with_its_key() -> None:
    key = NoteKey.parse(GO_KEY)
    assert (key.name, str(key)) == ("PeterNeumann", GO_KEY)
    assert opened(f"{GO_TEXT}\n{GO_SIGNATURE}", key) == GO_TEXT


def test_a_note_is_its_text_a_blank_line_and_a_signature() -> None:
    text, blank, signature = NOTE.rpartition("\n\n")
    assert (text, blank) == ("one\n\ntwo", "\n\n")
    assert signature.startswith("\N{EM DASH} log.example/1 ")
    assert opened(NOTE, KEY) == "one\n\ntwo\n"


def test_signatures_of_others_are_not_looked_at() -> None:
    witness = NoteKey("witness.example", OTHER.public_key().public_bytes_raw())
    line = signed("one\n\ntwo\n", witness, lambda _: bytes(64)).rpartition("\n\n")[2]
    assert opened(NOTE + line, KEY) == "one\n\ntwo\n"
    with pytest.raises(NotSigned, match="changed after"):
        opened(NOTE + line, witness)


@pytest.mark.parametrize(
    ("note", "said"),
    [
        (NOTE.replace("two", "three"), "changed after"),
        (NOTE.replace("one\n", "one\n\n"), "changed after"),
        (signed("one\n\ntwo\n", KEY, OTHER.sign), "changed after"),
        (NOTE + signed("one\n\ntwo\n", KEY, OTHER.sign).rpartition("\n\n")[2], "changed after"),
        (signed("one\n\ntwo\n", replace(KEY, name="log.example/2"), PRIVATE.sign), "not signed with the key"),
        (NOTE.replace("log.example/1", "log.example/2"), "not signed with the key"),
        (NOTE[:-1], "not a signed note"),
        (NOTE.replace("\N{EM DASH}", "-"), "not a signed note"),
        (NOTE.replace("one", "o\tne"), "not a signed note"),
        ("one\n\ntwo\n", "not a signed note"),
        ("", "not a signed note"),
        (NOTE[:-2] + "!\n", "cannot be read"),
    ],
    ids=str,
)
def test_what_is_not_signed_so_is_not_opened(note: str, said: str) -> None:
    with pytest.raises(NotSigned, match=said):
        opened(note, KEY)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "on one line"),
        ("log.example/1", "on one line"),
        ("log.example/1+00000000+?", "on one line"),
        (str(KEY).replace("+", "+0", 1)[:-1], "on one line"),
        (str(KEY).replace("log.example/1", "log.example/2"), "a letter is wrong"),
        (str(KEY).replace("log.example/1", ""), "not an Ed25519 key"),
        (f"log.example/1+{KEY.id.hex()}+{b64encode(bytes([4]) + KEY.public_key).decode()}", "not an Ed25519 key"),
        (f"log.example/1+{KEY.id.hex()}+{b64encode(bytes([1]) + KEY.public_key[1:]).decode()}", "not an Ed25519 key"),
    ],
)
def test_what_is_not_a_key_is_said_to_be_none(text: str, said: str) -> None:
    with pytest.raises(NotANoteKey, match=said):
        NoteKey.parse(text)


def test_a_key_is_read_as_it_is_written() -> None:
    assert NoteKey.parse(f" {KEY}\n") == KEY
    assert b64decode(str(KEY).split("+", 2)[2]) == b"\1" + KEY.public_key
