from dataclasses import replace

import pytest

from crawler.captions import MAX_TEXT_CHARACTERS, MAX_TITLE_CHARACTERS
from crawler.extract import found_picture
from crawler.extracted import Extracted, Sitemap, SitemapPage
from crawler.masked import masked_page, masked_sitemap
from filters.candidate import TextSource
from filters.signals.signal import Licence

ADDRESS = "jane@example.org"


def page(raw: str, title: str = "") -> Extracted:
    found = found_picture("a.png", "http://a.example/a.png", TextSource.ALT, raw)
    return Extracted(title=title, base_url="http://a.example/", found=(found,), links=())


def masked(raw: str) -> tuple[str, str]:
    [found] = masked_page(page(raw)).found
    return found.text, found.text_raw


@pytest.mark.parametrize("raw", [f"Write to {ADDRESS}", f"  Write\n to\x00 {ADDRESS}"])
def test_text_and_the_text_as_in_the_html_are_masked(raw: str) -> None:
    assert masked(raw) == ("Write to [e-mail]", "Write to [e-mail]")


def test_what_holds_nothing_stays_as_it_is() -> None:
    raw = " A heron\n beside a pond, 1920x1080 "
    assert masked_page(page(raw, "Herons")) == page(raw, "Herons")


def test_title_is_masked() -> None:
    assert masked_page(page("a heron", f"Ask {ADDRESS}")).title == "Ask [e-mail]"


@pytest.mark.parametrize(
    ("policy", "credit"), [("mask", "By [e-mail]"), ("refuse", "By [e-mail]"), ("keep", f"By {ADDRESS}")]
)
def test_whom_a_licence_credits_is_masked_as_titles_are(policy: str, credit: str) -> None:
    [found] = page("a heron").found
    bare = Licence(url="https://creativecommons.org/licenses/by/4.0/", found_in="json-ld license", nearness=1)
    read = replace(page("a heron"), found=(replace(found, licences=(replace(bare, credit=f"By {ADDRESS}"), bare)),))
    [seen] = masked_page(read, policy).found
    assert [each.credit for each in seen.licences] == [credit, None]


@pytest.mark.parametrize(("policy", "title"), [("refuse", "Ask [e-mail]"), ("keep", f"Ask {ADDRESS}")])
def test_only_the_policy_to_mask_changes_captions(policy: str, title: str) -> None:
    read = page(f"Write to {ADDRESS}", f"Ask {ADDRESS}")
    assert masked_page(read, policy).found == read.found
    assert masked_page(read, policy).title == title
    sitemap = Sitemap(pages=(SitemapPage(url="http://a.example/", found=read.found),), sitemaps=())
    assert masked_sitemap(sitemap, policy) == sitemap


@pytest.mark.parametrize("kept", [3, 9, 14])
def test_address_that_was_cut_in_half_is_left_out_with_the_end(kept: int) -> None:
    filling = "heron " * 2000
    raw = filling[: MAX_TEXT_CHARACTERS - kept - 1] + " " + ADDRESS
    assert ADDRESS[:kept] not in masked(raw)[0] + masked(raw)[1]
    title = filling[: MAX_TITLE_CHARACTERS - kept - 1] + " " + ADDRESS[:kept]
    assert ADDRESS[:kept] not in masked_page(page("a heron", title)).title


def test_text_that_was_cut_and_is_short_has_no_text_any_more() -> None:
    [found] = masked_page(page(" " * (MAX_TEXT_CHARACTERS - 3) + ADDRESS)).found
    assert (found.text, found.text_raw, found.text_source) == ("", "", None)


def test_captions_of_a_sitemap_are_masked() -> None:
    found = page(f"Ask {ADDRESS}").found
    read = Sitemap(pages=(SitemapPage(url="http://a.example/", found=found),), sitemaps=())
    [listed] = masked_sitemap(read).pages
    assert [each.text for each in listed.found] == ["Ask [e-mail]"]
