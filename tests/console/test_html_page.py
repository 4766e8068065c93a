import re
import stat
from pathlib import Path

from console.html_page import command, figure, heading, html_table, listed, page, paragraph, save

HOSTILE = "<img src=x onerror=alert(1)>&\"'"


def test_a_page_runs_no_program_and_asks_nobody() -> None:
    written = page("Run", [heading("Scores"), paragraph("Fine."), figure("<svg></svg>", "words", "table")])
    assert "default-src 'none'" in written
    assert "<script" not in written
    assert re.findall(r"(?:src|href|action)=|url\(|@import", written) == []
    assert written.startswith('<!doctype html>\n<html lang="en">')


def test_what_is_shown_is_escaped() -> None:
    columns = {HOSTILE: lambda row: row}
    parts = [
        *(heading(HOSTILE), paragraph(HOSTILE), command(HOSTILE), listed([HOSTILE]), figure("", HOSTILE)),
        html_table(HOSTILE, [HOSTILE], columns),
    ]
    assert "<img" not in page(HOSTILE, parts)


def test_a_table_has_a_caption_and_titles_for_who_cannot_see_it() -> None:
    table = html_table("Hosts", ["a"], {"host": str, "pairs": len})
    assert "<caption>Hosts</caption>" in table
    assert table.count('<th scope="col">') == 2
    assert '<td>a</td><td class="number">1</td>' in table


def test_a_character_that_turns_the_writing_is_shown_as_what_it_is() -> None:
    assert "\\u202e" in html_table("Hosts", ["a\u202eb"], {"host": str})


def test_a_page_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    save(file, "long text")
    save(file, "short")
    assert file.read_text() == "short"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
