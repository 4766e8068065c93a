"""A no in a picture's own file is heard in every container, and what is like one and is none is kept."""

from pathlib import Path
from typing import Final

from tests.crawler.crawls import Place
from tests.filters.measure.marked import CONTAINERS, assertion, credentialed, marked, store, xmp
from tests.mock_site import Reply, serving

SMALL: Final = {"IMAGE_MIN_SIDE_PX": "32", "IMAGE_MIN_BYTES": "100", "PDQ_MIN_QUALITY": "0"}
ALLOWED: Final = xmp("<plus:DataMining>DMI-ALLOWED</plus:DataMining>")
INFERENCE: Final = store(assertion({"entries": {"cawg.ai_inference": {"use": "notAllowed"}}}))


def test_every_container_is_heard(tmp_path: Path) -> None:
    reserved = {
        **{f"plus-data-mining.{each}": marked(each, xmp()) for each in CONTAINERS},
        **{f"c2pa.{each}": credentialed(each, store(assertion())) for each in CONTAINERS},
    }
    near = {
        **{f"allowed.{each}": marked(each, ALLOWED) for each in CONTAINERS},
        **{f"inference.{each}": credentialed(each, INFERENCE) for each in CONTAINERS},
    }
    place = Place.made_in(tmp_path, MAX_CAPTIONS_PER_IMAGE="0", **SMALL)
    with serving() as web:
        for name, body in (reserved | near).items():
            web.answers[f"/{name}"] = Reply(body=body, content_type=f"image/{name.partition('.')[2].lower()}")
        shown = [(f"/{each}", f"A quiet evening at harbour {number}") for number, each in enumerate(reserved | near)]
        crawl = place.crawl(web.plant_page("/gallery", *shown))
    assert place.reasons() == dict.fromkeys(reserved, "rights.reserved")
    refused = {
        (dict(each.evidence or {})["protocol"], str(each.image_url).rpartition("/")[2]) for each in place.refusals()
    }
    assert refused == {(each.partition(".")[0], each) for each in reserved}
    assert {each.image_url.rpartition("/")[2] for each in place.pairs()} == {*near}
    assert crawl.counts()["stored"] == len(near)
