import pytest

from filters.facts import Flaw, Score
from tests.filters.subjects import (
    IMAGE_URL,
    MD5,
    ORIENTATIONS,
    PDQ,
    PHASH16,
    SHA1,
    SHA256,
    digests,
    facts,
    fetched,
    picture,
    subject,
    view,
)

SECRETS = (IMAGE_URL, "heron", MD5, SHA1, SHA256, PDQ, PHASH16, *ORIENTATIONS)


@pytest.mark.parametrize(
    "shown", [digests(), view(), picture(), facts(), facts(flaw=Flaw.BOMB), fetched(), subject()], ids=lambda x: type(x)
)
def test_repr_tells_neither_hash_nor_address(shown: object) -> None:
    assert not [each for each in SECRETS if each in repr(shown)]


def test_what_a_model_said_is_shown_by_the_name_of_the_model_alone() -> None:
    assert repr(Score(model="opennsfw", revision=SHA256, value=0.5)) == "<Score opennsfw>"


def test_picture_was_reached_at_its_last_hop() -> None:
    assert fetched(IMAGE_URL, "https://cdn.test/2").final_url == "https://cdn.test/2"
