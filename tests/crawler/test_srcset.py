"""Claims about `srcset`, from the algorithm of the HTML standard."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.srcset import Source, choose, parse_srcset


@pytest.mark.parametrize(
    ("srcset", "sources"),
    [
        ("", []),
        (" , ,\t", []),
        ("a.png", [("a.png", None, None)]),
        ("a.png 1x", [("a.png", None, 1.0)]),
        ("a.png 1x, b.png 2x", [("a.png", None, 1.0), ("b.png", None, 2.0)]),
        ("a.png 1x,b.png 2x", [("a.png", None, 1.0), ("b.png", None, 2.0)]),
        ("a.png 100w,b.png 200w", [("a.png", 100, None), ("b.png", 200, None)]),
        ("a.png, b.png 2x", [("a.png", None, None), ("b.png", None, 2.0)]),
        ("a,b.png 1x", [("a,b.png", None, 1.0)]),
        ("a.png,b.png", [("a.png,b.png", None, None)]),
        ("/w_400,h_300,c_fill/a.png 400w, /w_800,h_600/a.png 800w", [
            ("/w_400,h_300,c_fill/a.png", 400, None), ("/w_800,h_600/a.png", 800, None)]),
        (",a.png 1x", [("a.png", None, 1.0)]),
        ("a.png,, b.png", [("a.png", None, None), ("b.png", None, None)]),
        ("data:image/png;base64,AAAA 1x, b.png 2x", [("data:image/png;base64,AAAA", None, 1.0), ("b.png", None, 2.0)]),
        ("a.png 100w 50h", [("a.png", 100, None)]),
        ("a.png 50h 100w", [("a.png", 100, None)]),
        ("a.png 1.5x", [("a.png", None, 1.5)]),
        ("a.png .5x", [("a.png", None, 0.5)]),
        ("a.png 1e2x", [("a.png", None, 100.0)]),
        ("a.png 0x", [("a.png", None, 0.0)]),
        ("a.png\n\f\r\t100w\n,\nb.png\t200w", [("a.png", 100, None), ("b.png", 200, None)]),
        ("a.png\u00a01x", [("a.png\u00a01x", None, None)]),
        *((f"a.png {wrong}, b.png 2x", [("b.png", None, 2.0)]) for wrong in (
            "w", "x", "h", "100", "100W", "2X", "-1x", "+1x", "1.x", "0w", "-1w", "1.5w", "1e2w", "100w 1x", "1x 2x",
            "100w 100w", "50h", "50h 1x", "0h 100w", "100w 50h 50h", "NaNx", "Infinityx", "\u0661w", "100q",
            "(1x, c.png 3x)", "1x (a, b) c", "size(50, 51)",
        )),
        ("a.png (1x, b.png 2x", []),
        ("a.png ((, b.png 2x", []),
        ("a.png 1x) , b.png 2x", [("b.png", None, 2.0)]),
        ("a.png 1x (, b.png 2x), c.png 3x", [("c.png", None, 3.0)]),
    ],
)  # fmt: skip
def test_sources_are_those_of_the_standard(srcset: str, sources: list[tuple[str, int | None, float | None]]) -> None:
    assert [(each.url, each.width_px, each.density) for each in parse_srcset(srcset)] == sources


@pytest.mark.parametrize(
    ("srcset", "url"),
    [
        ("", None),
        ("a 100w, b 300w, c 200w", "b"),
        ("a 100w, b 9000w, c 200w", "c"),
        ("a 9000w, b 8000w", "b"),
        ("a, b 2x, c 1.5x", "b"),
        ("a 0.5x, b", "b"),
        ("a 3x, b 100w", "b"),
        ("a, b", "a"),
    ],
)
def test_the_largest_up_to_the_cap_is_chosen(srcset: str, url: str | None) -> None:
    source = choose(list(parse_srcset(srcset)))
    assert (source and source.url) == url


@given(st.text(st.sampled_from("a, (1x2w3h).\t-"), max_size=60))
def test_no_srcset_raises(srcset: str) -> None:
    assert all(isinstance(each, Source) and each.url for each in parse_srcset(srcset))


@pytest.mark.parametrize("piece", ["a,", "a, ", ",", "(", "a (", "a 1x,", " ", "a )(", "1"])
def test_no_srcset_takes_long(piece: str) -> None:
    started = time.process_time()
    list(parse_srcset(piece * (4_000_000 // len(piece))))
    assert time.process_time() - started < 2
