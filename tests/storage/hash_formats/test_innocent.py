import pytest

from storage.hash_formats import ListedHash, listed_hash
from storage.hash_formats.innocent import INNOCENT_FILE
from storage.list_lines import RejectReason
from tests.storage.hash_formats.innocent_pictures import lines
from tests.storage.hash_formats.samples import PDQ, md5

SHIPPED = [tuple(line.split()) for line in INNOCENT_FILE.read_text().splitlines()]


def flipped(value: str, bits: int) -> str:
    return f"{int(value, 16) ^ ((1 << bits) - 1):064x}"


def test_what_is_shipped_is_what_is_drawn() -> None:
    assert [f"{type_name} {value}" for type_name, value in SHIPPED] == lines()


@pytest.mark.parametrize("type_name", ["md5", "sha1", "sha256", "pdq", "phash16"])
def test_no_list_may_hold_what_sites_show_in_place_of_a_picture(type_name: str) -> None:
    values = [value for name, value in SHIPPED if name == type_name]
    assert values
    assert {listed_hash(type_name, each) for each in values} <= {RejectReason.INNOCENT, RejectReason.DEGENERATE}


def test_an_entry_is_refused_as_far_away_as_a_match_would_be() -> None:
    value = next(value for name, value in SHIPPED if name == "pdq" and int(value, 16).bit_count() == 128)
    assert listed_hash("pdq", flipped(value, 20)) is RejectReason.INNOCENT
    assert listed_hash("pdq", flipped(flipped(value, 256), 20)) is RejectReason.INNOCENT


@pytest.mark.parametrize(("type_name", "value"), [("pdq", PDQ), ("phash16", PDQ), ("sha256", PDQ), ("md5", md5())])
def test_the_hash_of_a_photograph_is_taken(type_name: str, value: str) -> None:
    assert listed_hash(type_name, value) == ListedHash(type=type_name, value=value)


def test_a_type_is_compared_with_its_own_only() -> None:
    value = next(value for name, value in SHIPPED if name == "pdq" and int(value, 16).bit_count() == 128)
    assert listed_hash("sha256", value) == ListedHash(type="sha256", value=value)
