from dataclasses import replace

import pytest

from storage.errors import CannotOpen, NotReady
from storage.incidents import Sealed, key_id, key_id_of_private, new_key_pair, require_public_key, seal, unseal
from tests.storage.sealed_before import SEALED_TO_THE_KEY_ITSELF

RECORD = {"url": "https://pictures.example/1.jpg", "sizes": [1, 2]}
EVENT = "5f7e"


def changed(sealed: bytes | None) -> bytes:
    assert sealed is not None
    return sealed[:-1] + bytes([sealed[-1] ^ 1])


def test_only_the_private_key_opens_a_sealed_record() -> None:
    private, public = new_key_pair()
    sealed = seal(public, RECORD, EVENT)
    assert unseal(private, sealed, EVENT) == RECORD
    assert sealed.key_id == key_id(public) == key_id_of_private(private)
    assert b"pictures.example" not in (sealed.record or b"")
    with pytest.raises(CannotOpen, match="another key"):
        unseal(new_key_pair()[0], sealed, EVENT)


def test_a_changed_record_does_not_open() -> None:
    private, public = new_key_pair()
    sealed = seal(public, RECORD, EVENT)
    for other in (
        replace(sealed, record=changed(sealed.record)),
        replace(sealed, data_key=changed(sealed.data_key)),
        replace(sealed, data_key=seal(public, RECORD, EVENT).data_key),
    ):
        with pytest.raises(CannotOpen):
            unseal(private, other, EVENT)


def test_a_record_does_not_open_as_that_of_another_event() -> None:
    private, public = new_key_pair()
    with pytest.raises(CannotOpen):
        unseal(private, seal(public, RECORD, EVENT), "another")


def test_without_its_data_key_nobody_opens_a_record() -> None:
    private, public = new_key_pair()
    with pytest.raises(CannotOpen, match="purged"):
        unseal(private, replace(seal(public, RECORD, EVENT), data_key=None), EVENT)


def test_a_record_of_the_first_form_still_opens() -> None:
    private, sealed, record = SEALED_TO_THE_KEY_ITSELF
    assert unseal(private, Sealed(record=bytes.fromhex(sealed), form=1), EVENT) == record


def test_the_same_record_is_never_sealed_the_same_way() -> None:
    _, public = new_key_pair()
    first, second = (seal(public, RECORD, EVENT) for _ in range(2))
    assert first.record != second.record
    assert first.data_key != second.data_key


@pytest.mark.parametrize("length", [1, 500, 3000])
def test_the_length_of_an_address_does_not_show(length: int) -> None:
    _, public = new_key_pair()
    sealed, shortest = (seal(public, {"url": "x" * each}, EVENT).record for each in (length, 0))
    assert sealed is not None
    assert shortest is not None
    assert len(sealed) == len(shortest)


def test_without_a_key_nothing_is_kept() -> None:
    sealed = seal(None, RECORD, EVENT)
    assert (sealed.record, sealed.data_key, sealed.key_id, sealed.digest) == (None, None, None, None)
    with pytest.raises(CannotOpen, match="nothing was kept"):
        unseal(new_key_pair()[0], sealed, EVENT)


@pytest.mark.parametrize("key", ["", "no hex", "00" * 31])
def test_half_a_key_is_not_ready(key: str) -> None:
    with pytest.raises(NotReady, match="INCIDENT_PUBLIC_KEY"):
        seal(key, RECORD, EVENT)
    with pytest.raises(NotReady, match="--key FILE"):
        key_id_of_private(key)


@pytest.mark.parametrize("key", ["no hex", "00" * 31, "00" * 32, "01" + "00" * 31])
def test_a_key_that_nothing_can_be_sealed_to_is_not_ready(key: str) -> None:
    with pytest.raises(NotReady, match="type: export ALTSIEVE_INCIDENT_PUBLIC_KEY="):
        require_public_key(key)


@pytest.mark.parametrize("key", [None, "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"])
def test_a_key_or_none_is_ready(key: str | None) -> None:
    require_public_key(key)
