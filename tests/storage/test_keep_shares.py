import pytest

from storage.judged import Judged
from storage.keep_shares import ADDRESS, NOT_ASKED, NOT_DETECTED, KeepShares, top_level


def seen(outcome: str, reason: str | None = None, *, language: object = "en", host: str = "a.example") -> Judged:
    said = {} if language == NOT_ASKED else {"language": {"language": language}}
    return Judged(outcome=outcome, reason=reason, page_host=host, evidence=said)


def counted(*all_seen: Judged) -> KeepShares:
    shares = KeepShares()
    for each in all_seen:
        shares.see(each)
    return shares


def test_what_nobody_can_measure_counts_as_not_kept() -> None:
    shares = counted(
        seen("stored"), seen("refused", "alt.short"), seen("unsure", "caption.x", language="de"), seen("stored")
    ).by_language
    assert [(each.kind, each.judged, each.kept, each.share) for each in shares] == [
        ("en", 3, 2, pytest.approx(2 / 3)),
        ("de", 1, 0, 0.0),
    ]
    assert [each.most_for for each in shares] == ["alt.short", "caption.x"]


def test_who_was_not_asked_is_told_from_what_was_not_detected() -> None:
    shares = counted(seen("refused", "alt.short", language=NOT_ASKED), seen("stored", language=None)).by_language
    assert {each.kind for each in shares} == {NOT_ASKED, NOT_DETECTED}


@pytest.mark.parametrize("reason", ["duplicate.pair", "domain.blocked", "source.not-vetted", "withdrawn.pair"])
def test_what_says_nothing_of_a_caption_is_left_out(reason: str) -> None:
    assert counted(seen("refused", reason), seen("failed", "fetch.failed")).by_language == ()


@pytest.mark.parametrize(
    ("host", "label"),
    [
        ("www.example.de", ".de"),
        ("example.co.uk", ".uk"),
        ("example.org.", ".org"),
        ("xn--e1afmkfd.xn--p1ai", ".xn--p1ai"),
        ("192.0.2.1", ADDRESS),
        ("2001:db8::1", ADDRESS),
        ("", ADDRESS),
        ("localhost", ".localhost"),
    ],
)
def test_the_top_level_domain_is_the_last_label(host: str, label: str) -> None:
    assert top_level(host) == label


def test_top_level_domains_are_those_of_pages() -> None:
    shares = counted(seen("stored", host="a.de"), seen("stored", host="b.de"), seen("stored", host="c.fr"))
    assert [(each.kind, each.kept) for each in shares.by_top_level] == [(".de", 2), (".fr", 1)]
