"""Claims about the tasks of workers, with real workers."""

import asyncio
import gzip
import io

import pytest
from PIL import Image

from crawler.extracted import Found
from crawler.stored_bytes import says_what_is_stored
from crawler.worker_tasks import ExtractRequest, InspectRequest, SitemapRequest
from crawler.workers import PageRefused, WorkerPool
from filters.candidate import TextSource
from filters.facts import Flaw
from filters.measure.digests import measure_digests
from filters.measure.language import measure_language
from tests.filters.measure.private_metadata.files import exif, with_exif

GIB = 1 << 30
TEXT = "A red fox walks slowly through the deep snow of the forest"


def test_a_page_is_read_and_its_languages_measured_in_a_worker() -> None:
    pool = WorkerPool("extract", size=1, timeout_s=20, memory_bytes=GIB)
    try:
        page = asyncio.run(
            pool.run(ExtractRequest(html=f"<img src=a.png alt='{TEXT}'>".encode(), url="http://a.example/"))
        )
        with pytest.raises(PageRefused):
            asyncio.run(pool.run(ExtractRequest(html=b"<a" + b" b" * 9000 + b">", url="http://a.example/")))
    finally:
        pool.close()
    assert page.found == (
        Found(
            image_url_found="a.png",
            image_url="http://a.example/a.png",
            text_raw=TEXT,
            text=TEXT,
            text_source=TextSource.ALT,
            language=measure_language(TEXT),
        ),
    )


def test_a_gzip_bomb_does_not_end_its_worker() -> None:
    pool = WorkerPool("sitemap", size=1, timeout_s=60, memory_bytes=GIB)
    bomb = gzip.compress(b"<urlset><url><loc>/a</loc></url>" + b" " * 100_000_000, compresslevel=1)
    try:
        sitemap = asyncio.run(pool.run(SitemapRequest(body=bomb, url="http://a.example/s.xml")))
    finally:
        pool.close()
    assert [page.url for page in sitemap.pages] == ["http://a.example/a"]
    assert sitemap.cut


def test_a_picture_is_inspected_in_a_worker() -> None:
    made = io.BytesIO()
    Image.linear_gradient("L").resize((320, 240)).save(made, "JPEG")
    pool = WorkerPool("inspect", size=1, timeout_s=60, memory_bytes=GIB)
    try:
        inspected = asyncio.run(pool.run(InspectRequest(body=made.getvalue(), glimpse_px=60)))
        broken = asyncio.run(pool.run(InspectRequest(body=b"no picture", glimpse_px=60)))
        told = asyncio.run(pool.run(InspectRequest(body=with_exif("JPEG", exif()), private_metadata="remove")))
    finally:
        pool.close()
    facts = inspected.facts
    assert facts.digests == measure_digests(made.getvalue())
    assert facts.picture is not None
    assert (facts.picture.format, facts.picture.width_px, facts.flaw) == ("jpeg", 320, None)
    assert inspected.glimpse is not None
    assert (inspected.glimpse.width_px, inspected.glimpse.height_px) == (80, 60)
    assert broken.facts.flaw is Flaw.FORMAT
    assert broken.glimpse is None
    assert (facts.stored, inspected.patches) == (None, ())
    assert says_what_is_stored(told, with_exif("JPEG", exif()), "remove")
    assert told.patches
