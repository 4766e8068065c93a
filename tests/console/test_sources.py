from tests.console.conftest import Altsieve

ADD = ("sources", "add", "Museum.Example", "--licence", "CC0-1.0", "--why", "open access")


def test_a_source_is_added_listed_and_removed(altsieve: Altsieve) -> None:
    assert altsieve(*ADD).out == "list sources@1 holds 1 entry (1 added, 0 removed)\n"
    assert altsieve(*ADD).out == "nothing had to change\n"
    (row,) = altsieve("sources", "list", "--json").json_lines
    assert row == {"host": "museum.example", "licence": "CC0-1.0", "why": "open access"}
    assert "museum.example" in altsieve("sources", "list").out
    removed = altsieve("sources", "remove", "museum.example", "--why", "ended", "--json").json
    assert (removed["revision"]["number"], removed["revision"]["entries"]) == (2, 0)
    assert altsieve("sources", "list").out.startswith("no vetted source yet")


def test_removing_what_is_not_there_is_said(altsieve: Altsieve) -> None:
    answer = altsieve("sources", "remove", "museum.example", "--why", "x")
    assert (answer.code, "no such source" in answer.err) == (1, True)


def test_a_licence_is_required(altsieve: Altsieve) -> None:
    assert altsieve("sources", "add", "museum.example", "--licence", " ", "--why", "x").code == 2
