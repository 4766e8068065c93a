import os
from pathlib import Path

import pytest

from storage.errors import KeysMissing
from storage.keys import HMAC_KEY, SIGNING_KEY, KeyRing

HEX = "00112233445566778899aabbccddeeff" * 2


def test_keys_are_files_that_only_the_owner_can_read(tmp_path: Path) -> None:
    KeyRing.create(tmp_path)
    assert {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()} == {
        SIGNING_KEY: 0o600,
        HMAC_KEY: 0o600,
    }


def test_keys_that_are_there_stay(tmp_path: Path) -> None:
    first, second = KeyRing.create(tmp_path), KeyRing.create(tmp_path)
    assert first.hmac("x") == second.hmac("x")
    assert second.verify(first.sign(b"x"), b"x")


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    mine, other = KeyRing.create(tmp_path), KeyRing.create(tmp_path / "other")
    assert mine.hmac("x") != other.hmac("x")
    assert not mine.verify(other.sign(b"x"), b"x")


def test_a_key_in_the_environment_wins_and_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALTSIEVE_HMAC_KEY", HEX)
    monkeypatch.setenv("ALTSIEVE_SIGNING_KEY", HEX)
    ring = KeyRing.create(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert ring.hmac("x") == KeyRing(signing=b"\0" * 32, hiding=bytes.fromhex(HEX)).hmac("x")


@pytest.mark.parametrize("name", [SIGNING_KEY, HMAC_KEY])
def test_a_key_that_others_can_read_is_not_used(tmp_path: Path, name: str) -> None:
    KeyRing.create(tmp_path)
    (tmp_path / name).chmod(0o640)
    with pytest.raises(KeysMissing, match="chmod 600"):
        KeyRing.load(tmp_path)


@pytest.mark.parametrize("content", ["", "no hex", HEX[:-2], HEX + "00"])
def test_half_a_key_is_not_used_and_not_shown(tmp_path: Path, content: str) -> None:
    KeyRing.create(tmp_path)
    (tmp_path / HMAC_KEY).write_text(content)
    with pytest.raises(KeysMissing) as caught:
        KeyRing.load(tmp_path)
    assert not content or content not in str(caught.value)


def test_missing_keys_say_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(KeysMissing, match="altsieve db upgrade"):
        KeyRing.load(tmp_path)


def test_no_part_can_pass_for_another(tmp_path: Path) -> None:
    ring = KeyRing.create(tmp_path)
    assert len({ring.hmac("ab", "c"), ring.hmac("a", "bc"), ring.hmac("abc"), ring.hmac("abc", "")}) == 4


def test_half_a_surrogate_pair_has_a_key_too(tmp_path: Path) -> None:
    assert KeyRing.create(tmp_path).hmac("\ud800") != KeyRing.create(tmp_path).hmac("\ud801")


def test_a_ring_shows_no_key(tmp_path: Path) -> None:
    assert repr(KeyRing.create(tmp_path)) == "<KeyRing>"


def test_the_umask_does_not_widen_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        KeyRing.create(tmp_path)
    finally:
        os.umask(before)
    assert (tmp_path / SIGNING_KEY).stat().st_mode & 0o777 == 0o600
