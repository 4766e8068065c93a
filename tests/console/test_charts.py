import re
from xml.etree import ElementTree as ET

import pytest

from console.axis import Axis, around, tick_label
from console.charts import HEIGHT_PX, WIDTH_PX, Chart, bars, curves, levels

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</svg><script>alert(1)</script>&'\""


def chart(**marks: float) -> Chart:
    return Chart(title="Scores", says="Most are high.", across="score", up="pairs", marks=marks)


def parsed(picture: str) -> ET.Element:
    return ET.fromstring(picture)  # noqa: S314 -- our own


def texts(picture: ET.Element) -> list[str]:
    return ["".join(each.itertext()) for each in picture.iter(f"{SVG}text")]


def test_a_picture_says_what_it_shows_to_who_cannot_see_it() -> None:
    picture = parsed(curves(chart(), {"all": [(0, 0), (1, 1)]}))
    assert picture.get("role") == "img"
    assert [picture.findtext(f"{SVG}title"), picture.findtext(f"{SVG}desc")] == ["Scores", "Most are high."]
    assert {"score", "pairs", "all"} <= set(texts(picture))


def test_a_curve_goes_through_its_points() -> None:
    picture = parsed(curves(chart(), {"a": [(0, 0), (0.5, 1), (1, 1)], "b": [(0, 0)]}, box=((0, 0), (1, 1))))
    first, second = picture.findall(f"{SVG}polyline")
    points = [tuple(map(float, each.split(","))) for each in str(first.get("points")).split()]
    assert points[0][0] < points[1][0] < points[2][0]
    assert points[0][1] > points[1][1] == points[2][1]
    assert first.get("stroke") != second.get("stroke")
    assert second.get("stroke-dasharray") is not None


def test_bars_are_as_tall_as_their_counts_and_stand_on_each_other() -> None:
    picture = parsed(bars(chart(), [(0, 1, [4, 2]), (1, 2, [0, 2]), (2, 3, [0, 0])], ["stored", "not stored"]))
    found = picture.findall(f"{SVG}rect")
    tall, top = ([float(str(each.get(name))) for each in found] for name in ("height", "y"))
    assert len(tall) == 3
    assert tall[0] == pytest.approx(2 * tall[1], abs=0.2)
    assert tall[1] == pytest.approx(tall[2], abs=0.2)
    assert top[1] + tall[1] == pytest.approx(top[0], abs=0.2)


def test_levels_are_as_long_as_their_counts_and_say_them() -> None:
    picture = levels("Endings", "Half were kept.", {"candidates": 2_000, "kept": 1_000, "none <b>": 0})
    long, half, nothing = (float(each) for each in re.findall(r'<rect [^>]*width="([0-9.]+)"', picture))
    assert long == pytest.approx(2 * half, abs=0.1)
    assert nothing == 0
    assert all(words in picture for words in ("2,000", "none &lt;b&gt;", "<desc>Half were kept.</desc>"))
    height = float(re.findall(r'viewBox="0 0 \d+ (\d+)"', picture)[0])
    assert max(float(each) for each in re.findall(r'<text [^>]*y="([0-9.]+)"', picture)) < height


def test_a_mark_is_inside_even_where_no_bar_is() -> None:
    picture = parsed(bars(chart(needed=5.0), [(0, 1, [1])], ["stored"]))
    (mark,) = (each for each in picture.findall(f"{SVG}line") if each.get("class") == "mark")
    assert 0 < float(str(mark.get("x1"))) <= WIDTH_PX
    assert "needed 5" in texts(picture)


@pytest.mark.parametrize("picture", [bars(chart(), [], []), curves(chart(), {}), curves(chart(), {"a": []})])
def test_nothing_is_an_empty_picture(picture: str) -> None:
    assert parsed(picture).get("viewBox") == f"0 0 {WIDTH_PX} {HEIGHT_PX}"


def test_names_cannot_leave_their_place() -> None:
    named = Chart(title=HOSTILE, says=HOSTILE, across=HOSTILE, up=HOSTILE, marks={HOSTILE: 1.0})
    for picture in (curves(named, {HOSTILE: [(0, 0)]}), bars(named, [(0, 1, [1])], [HOSTILE])):
        assert "<script" not in picture
        assert picture.count("</svg>") == 1
        parsed(picture)


def test_many_names_take_more_rows_and_leave_the_picture_inside() -> None:
    lines = {f"a language with a long name {number}": [(0.0, 0.0), (1.0, 1.0)] for number in range(8)}
    picture = parsed(curves(chart(), lines))
    assert {float(str(each.get("y"))) for each in picture.iter(f"{SVG}text") if "".join(each.itertext()) in lines} > {
        18.0
    }


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 1, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (-0.3, 0.3, ["-0.2", "0", "0.2"]),
        (0, 4200, ["0", "1,000", "2,000", "3,000", "4,000"]),
    ],
)
def test_an_axis_has_round_numbers(low: float, high: float, ticks: list[str]) -> None:
    axis = Axis(low=low, high=high, from_px=0, to_px=100)
    assert [tick_label(each) for each in axis.ticks()] == ticks
    assert (axis.at(low), axis.at(high)) == (0, 100)


def test_one_number_has_an_axis_around_it() -> None:
    assert around(2, 2) == (1.5, 2.5)


def test_the_name_of_a_mark_is_in_front_of_the_lines_of_all() -> None:
    kinds = [each.get("class") for each in parsed(bars(chart(a=0.1, b=0.2), [(0, 1, [1])], ["stored"])).iter()]
    marks = [at for at, kind in enumerate(kinds) if kind in {"mark", "halo"}]
    assert [kinds[at] for at in marks] == ["mark", "mark", "halo", "halo"]
