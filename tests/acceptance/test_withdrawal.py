"""What is taken back is gone and does not come back; what turns out to be known material takes its page with it."""

import hashlib
from pathlib import Path

import pytest

from console.demo import altered
from console.demo.pictures import jpeg
from storage.incidents import new_key_pair
from tests.acceptance.traces import files_below
from tests.acceptance.workshop import LOOPBACK, Workshop
from tests.mock_site import Reply, Web, picture

SCENE, OTHER = "castle", "market"
PLACE = "/7c1e/the-picture-in-question.jpg"
CAPTION = "A castle above a river that nobody is to see"
BYTES = jpeg(SCENE)[-300:-200]
"""Of the picture itself: those at the beginning stand in every JPEG of the same quality."""
DIGEST = hashlib.sha256(jpeg(SCENE)).hexdigest()


@pytest.fixture
def sealed(tmp_path: Path) -> Workshop:
    return Workshop.open(tmp_path / "altsieve", ALTSIEVE_INCIDENT_PUBLIC_KEY=new_key_pair()[1])


def plant(web: Web) -> tuple[str, str]:
    """Plant an album with the picture, and a page with a copy of it that was saved anew."""
    web.answers[PLACE] = Reply(body=jpeg(SCENE), content_type="image/jpeg")
    web.answers["/copy.jpg"] = Reply(body=altered.reencoded(SCENE), content_type="image/jpeg")
    album = web.plant_page("/album", (PLACE, CAPTION), (picture(OTHER), "Striped stalls of a market on a Saturday"))
    copy = web.plant_page("/copies", ("/copy.jpg", "Walls and towers above a bend of the river"))
    return album, copy


def files_with(workshop: Workshop, *secrets: bytes) -> list[str]:
    files = files_below(workshop.folder)
    return sorted({name for name, body in files.items() for each in secrets if each in body})


def test_a_withdrawn_picture_is_gone_and_refused_with_its_copies(workshop: Workshop, web: Web) -> None:
    album, copy = plant(web)
    assert workshop.crawl(album, *LOOPBACK)["stored"] == 2
    workshop.must("withdraw", "--url", web.url(PLACE), "--why", "its owner asked")
    assert files_with(workshop, BYTES, CAPTION.encode()) == []
    again = workshop.crawl(album, copy, *LOOPBACK)
    assert again["refused"] == {"duplicate.pair": 1, "withdrawn.near": 1, "withdrawn.tombstone": 1}
    assert len(workshop.ask("pairs")) == 1
    assert len(workshop.ask("pairs", "--withdrawn")) == 1
    workshop.must("verify")


def test_a_picture_that_is_listed_later_takes_its_page_with_it(sealed: Workshop, web: Web) -> None:
    album, _ = plant(web)
    first = sealed.crawl(album, *LOOPBACK)
    assert first["stored"] == 2
    sealed.must("hashlist", "add", DIGEST, "--type", "sha256", "--name", "late", "--why", "listed now")
    second = sealed.crawl(album, *LOOPBACK)
    assert (second["refused"], second["unsure"]) == ({"hash.on-list": 1}, {"page.incident": 1})
    shown = sealed.ask("runs", "show", first["run_id"])[-1]
    assert (shown["stored"], shown["refused"], shown["unsure"]) == (0, {"hash.on-list": 1}, {"page.incident": 1})
    assert sealed.ask("pairs") == []
    assert files_with(sealed, BYTES, PLACE.encode(), CAPTION.encode()) == []
    sealed.must("verify")
    sealed.must("hashlist", "remove", "late", "--why", "the list goes, what was held stays refused")
    assert sealed.crawl(album, *LOOPBACK)["refused"] == {"hash.withdrawn": 1}
    sealed.must("verify")
