"""Claims about adding languages to what was found."""

from crawler.extracted import Extracted, Found, Sitemap, SitemapPage
from crawler.found_languages import with_languages, with_languages_in_sitemap
from filters.candidate import TextSource
from filters.measure.language import measure_language

DETECTORS = ("eldc", "langdetect")


def found(text: str) -> Found:
    source = TextSource.ALT if text else None
    return Found(image_url_found="a", image_url="http://a.example/a", text_raw=text, text=text, text_source=source)


def test_each_text_gets_its_language_and_no_text_none() -> None:
    texts = ("Ein roter Fuchs läuft durch den Schnee", "", "12345", "A red fox walks through the snow")
    page = Extracted(title="", base_url="http://a.example/", found=tuple(map(found, texts)), links=())
    languages = [each.language for each in with_languages(page, DETECTORS).found]
    assert languages == [measure_language(texts[0], DETECTORS), None, None, measure_language(texts[3], DETECTORS)]
    assert None not in (languages[0], languages[3])


def test_a_sitemap_is_measured_alike() -> None:
    text = "A red fox walks through the snow"
    sitemap = Sitemap(pages=(SitemapPage(url="http://a.example/", found=(found(text),)),), sitemaps=())
    assert with_languages_in_sitemap(sitemap, DETECTORS).pages[0].found[0].language == measure_language(text, DETECTORS)
