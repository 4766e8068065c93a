import pytest
from cryptography.exceptions import InvalidTag

from storage.errors import NotReady
from storage.incidents import key_id, new_key_pair, require_public_key, seal, unseal

RECORD = {"url": "https://pictures.example/1.jpg", "sizes": [1, 2]}


def test_only_the_private_key_opens_a_sealed_record() -> None:
    private, public = new_key_pair()
    sealed, key = seal(public, RECORD)
    assert sealed is not None
    assert unseal(private, sealed) == RECORD
    assert key == key_id(public)
    assert b"pictures.example" not in sealed
    with pytest.raises(InvalidTag):
        unseal(new_key_pair()[0], sealed)


def test_a_changed_record_does_not_open() -> None:
    private, public = new_key_pair()
    sealed, _ = seal(public, RECORD)
    assert sealed is not None
    with pytest.raises(InvalidTag):
        unseal(private, sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_the_same_record_is_never_sealed_the_same_way() -> None:
    _, public = new_key_pair()
    assert seal(public, RECORD) != seal(public, RECORD)


@pytest.mark.parametrize("length", [1, 500, 3000])
def test_the_length_of_an_address_does_not_show(length: int) -> None:
    _, public = new_key_pair()
    sealed, _ = seal(public, {"url": "x" * length})
    shortest, _ = seal(public, {"url": ""})
    assert sealed is not None
    assert shortest is not None
    assert len(sealed) == len(shortest)


def test_without_a_key_nothing_is_kept() -> None:
    assert seal(None, RECORD) == (None, None)


@pytest.mark.parametrize("key", ["", "no hex", "00" * 31])
def test_half_a_key_is_not_ready(key: str) -> None:
    with pytest.raises(NotReady, match="INCIDENT_PUBLIC_KEY"):
        seal(key, RECORD)


@pytest.mark.parametrize("key", ["no hex", "00" * 31, "00" * 32, "01" + "00" * 31])
def test_a_key_that_nothing_can_be_sealed_to_is_not_ready(key: str) -> None:
    with pytest.raises(NotReady, match="type: export ALTSIEVE_INCIDENT_PUBLIC_KEY="):
        require_public_key(key)


@pytest.mark.parametrize("key", [None, "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"])
def test_a_key_or_none_is_ready(key: str | None) -> None:
    require_public_key(key)
