from pathlib import Path

import click
import pytest

from console.labelled import LabelledPair, LeftOut, read_labelled


def read(folder: Path, text: str | bytes) -> list[LabelledPair | LeftOut]:
    file = folder / "labelled.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(read_labelled(file))


def test_rows_are_read_with_pictures_named_from_the_folder_of_the_file(tmp_path: Path) -> None:
    rows = read(
        tmp_path, '\ufeffPicture,Caption ,fits,language\na.png,"A red fox,\n in  snow",yes,EN\nb.png,Haus,NO,\n'
    )
    assert rows == [
        LabelledPair(row=2, fits=True, picture=tmp_path / "a.png", caption="A red fox, in snow", language="en"),
        LabelledPair(row=3, fits=False, picture=tmp_path / "b.png", caption="Haus"),
    ]


def test_rows_are_counted_as_a_spreadsheet_does(tmp_path: Path) -> None:
    rows = read(tmp_path, 'picture,caption,fits\n\na.png,"A fox\nin snow",yes\n,,\nb.png,A house,no,,\nb.png,A house\n')
    assert [each.row for each in rows] == [3, 5, 6]


def test_a_pair_that_is_held_is_named_by_its_id(tmp_path: Path) -> None:
    assert read(tmp_path, "pair,fits\nabc,1\n") == [LabelledPair(row=2, fits=True, pair_id="abc")]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("a.png,A fox,maybe", "neither yes nor no"),
        ("a.png,A fox,", "neither yes nor no"),
        ("a.png,A fox", "neither yes nor no"),
        (",A fox,yes", "no picture"),
        ("a.png, \t,yes", "no caption"),
        ("a.png,A fox, a hen,yes", "stands in quotes"),
        ("a.png,A fox,yes,A hen", "is no label"),
        ("a.png,A fox,yes,en=1", "is no label"),
    ],
)
def test_a_row_that_cannot_count_is_told_by_its_number(tmp_path: Path, row: str, why: str) -> None:
    titles = "picture,caption,fits,language" if row.count(",") > 2 and "hen,yes" not in row else "picture,caption,fits"
    before, left_out = read(tmp_path, f"{titles}\nb.png,A house,no\n{row}\n")
    assert isinstance(before, LabelledPair)
    assert isinstance(left_out, LeftOut)
    assert (left_out.row, why in left_out.why) == (3, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "picture,caption\na.png,A fox\n",
        "picture,fits\na.png,yes\n",
        b"picture,caption,fits\na.png,\xff\xfe,yes\n",
        f"picture,caption,fits\na.png,{'x' * 200_000},yes\n",
        'picture,caption,fits\na.png,\0,yes,"\n',
    ],
)
def test_a_file_that_is_no_such_table_is_wrong_usage(tmp_path: Path, text: str | bytes) -> None:
    if isinstance(text, str) and "\0" in text:  # csv takes it since Python 3.11: the row is whole
        assert len(read(tmp_path, text)) == 1
        return
    with pytest.raises(click.UsageError):
        read(tmp_path, text)


def test_folders_are_read_in_the_order_of_names(tmp_path: Path) -> None:
    for name, text in (("fits/b.png", "A fox"), ("fits/a/c.jpg", "A house"), ("misfits/d.png", "")):
        picture = tmp_path / name
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.touch()
        picture.with_suffix(".txt").write_text(text)
    (tmp_path / "misfits/alone.png").touch()
    (tmp_path / "misfits/.DS_Store").touch()
    (tmp_path / "fits/b.txt").write_bytes("\ufeffA fox".encode())
    (tmp_path / "misfits/e.png").touch()
    (tmp_path / "misfits/e.txt").write_bytes(b"\xff")
    rows = list(read_labelled(tmp_path))
    assert rows[:2] == [
        LabelledPair(row=1, fits=True, picture=tmp_path / "fits/a/c.jpg", caption="A house"),
        LabelledPair(row=2, fits=True, picture=tmp_path / "fits/b.png", caption="A fox"),
    ]
    assert [(each.row, isinstance(each, LeftOut)) for each in rows[2:]] == [(3, True), (4, True), (5, True)]


def test_a_folder_without_the_two_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "fits").mkdir()
    with pytest.raises(click.UsageError, match="fits and misfits"):
        list(read_labelled(tmp_path))


def test_neither_caption_nor_picture_is_in_the_repr() -> None:
    assert repr(LabelledPair(row=7, fits=True, picture=Path("secret"), caption="secret")) == "<LabelledPair row 7>"


def test_the_example_of_the_docs_can_be_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "calibration.md").read_text()
    rows = read(tmp_path, page.partition("```text\n")[2].partition("```")[0])
    assert [(each.fits, each.language) for each in rows if isinstance(each, LabelledPair)] == [
        (True, "en"),
        (False, "en"),
        (True, None),
    ]
