import pytest

from console.display import Lines, OnTerminal, Silent, display, picture
from console.progress import Limits, Standing
from crawler.events import Progress

MANY = {f"alt.reason-{n}": n for n in range(1, 20)}


def standing(refused: dict[str, int]) -> Standing:
    event = Progress(pages=1, pages_pending=2, candidates=190, stored=0, refused=refused)
    return Standing(limits=Limits()).after(event, 0.0)


def test_a_terminal_shows_counts_then_pace_then_reasons_most_frequent_first() -> None:
    lines = picture(standing({"alt.missing": 1, "image.format": 3})).plain.splitlines()
    assert lines == [
        "pages 1 (2 waiting), pairs 190, kept 0, refused 4, unsure 0, failed 0",
        "0.0 pairs/s",
        "        3  refused  image.format",
        "        1  refused  alt.missing",
    ]


def test_a_long_list_of_reasons_is_cut_short_and_says_so() -> None:
    assert picture(standing(MANY)).plain.splitlines()[-1] == "           and 7 more reasons"


def test_without_a_terminal_a_line_comes_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    with Lines() as shown:
        shown.show(Standing())
        for _ in range(3):
            shown.show(standing({}))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [standing({}).line()]


@pytest.mark.parametrize(
    ("as_json", "terminal", "kind"),
    [(True, True, Silent), (True, False, Silent), (False, False, Lines), (False, True, OnTerminal)],
)
def test_what_is_shown_fits_who_reads(
    as_json: bool, terminal: bool, kind: type[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal, raising=False)
    assert type(display(as_json=as_json)) is kind
