"""Bodies stay as long as an open page relies on them, and no more of them than there is room for."""

from hashlib import sha256

from crawler.consent_documents import ConsentDocuments
from filters.signals.signal import Document


def document(text: str) -> Document:
    body = text.encode()
    return Document(sha256=sha256(body).hexdigest(), kind="robots.txt", body=body)


A, B, C = document("aaaa"), document("bbbb"), document("cccc")


def test_what_no_page_relies_on_makes_room_the_longest_unused_first() -> None:
    documents = ConsentDocuments(most_bytes=8)
    assert documents.hold(A)
    assert documents.hold(B)
    assert documents.knows(A.sha256)
    assert documents.hold(C)
    assert [documents.knows(each.sha256) for each in (A, B, C)] == [True, False, True]


def test_what_a_page_relies_on_stays_until_every_such_page_has_ended() -> None:
    documents = ConsentDocuments(most_bytes=4)
    assert documents.hold(A)
    assert documents.pin("one", [A.sha256])
    assert documents.pin("one", [A.sha256])
    assert documents.pin("two", [A.sha256])
    documents.release("one")
    assert not documents.hold(B)
    documents.release("two")
    documents.release("two")
    assert documents.hold(B)


def test_a_page_that_relies_on_what_is_gone_is_told_and_pins_nothing() -> None:
    documents = ConsentDocuments(most_bytes=4)
    assert documents.hold(A)
    assert not documents.pin("one", [A.sha256, B.sha256])
    assert documents.hold(B)


def test_what_is_recorded_needs_no_room() -> None:
    documents = ConsentDocuments(most_bytes=4)
    assert documents.hold(A)
    assert documents.pin("one", [A.sha256])
    documents.recorded([A.sha256])
    assert documents.hold(B)
    assert documents.knows(A.sha256)
    assert documents.hold(A)
    assert documents.bodies([A.sha256, B.sha256, C.sha256]) == (B,)
    documents.release("one")


def test_larger_than_all_room_is_not_held() -> None:
    documents = ConsentDocuments(most_bytes=3)
    assert not documents.hold(A)
    assert documents.bodies([A.sha256]) == ()
