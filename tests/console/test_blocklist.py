from pathlib import Path

import pytest

from storage.host_formats import HostFormat
from tests.console.conftest import Altsieve

WHY = ("--why", "asked us to stay away")


def test_an_added_host_is_blocked_with_its_subdomains(altsieve: Altsieve) -> None:
    added = altsieve("blocklist", "add", "example.org", *WHY)
    assert (added.code, added.err) == (0, "")
    assert added.out == "example.org is now blocked\nlist operator@1 holds 1 entry (1 added, 0 removed)\n"
    tested = altsieve("blocklist", "test", "https://ads.example.org/a.jpg", "https://example.com/")
    assert tested.code == 1
    assert tested.out == (
        "https://ads.example.org/a.jpg: blocked by operator@1, which names example.org (asked us to stay away)\n"
        "https://example.com/: not blocked\n"
    )


def test_a_test_for_programs_names_the_entry(altsieve: Altsieve) -> None:
    altsieve("blocklist", "add", "example.org", *WHY)
    assert altsieve(
        "blocklist", "test", "https://www.example.org/", "https://example.com/", "http://", "--json"
    ).json_lines == [
        {
            "url": "https://www.example.org/",
            "host": "www.example.org",
            "blocked": True,
            "entry": "example.org",
            "list": "operator@1",
            "why": "asked us to stay away",
            "allowed": None,
        },
        {
            "url": "https://example.com/",
            "host": "example.com",
            "blocked": False,
            "entry": None,
            "list": None,
            "why": None,
            "allowed": None,
        },
        {"url": "http://", "host": None, "blocked": None, "entry": None, "list": None, "why": None, "allowed": None},
    ]


@pytest.mark.parametrize(("url", "code"), [("https://example.com/", 0), ("https://example.org/", 1), ("http://", 1)])
def test_only_a_test_that_finds_nothing_ends_with_0(altsieve: Altsieve, url: str, code: int) -> None:
    altsieve("blocklist", "add", "example.org", *WHY)
    assert altsieve("blocklist", "test", url).code == code


def test_a_person_can_allow_a_host_and_take_it_back(altsieve: Altsieve) -> None:
    Path("domains.txt").write_text("example.org\n")
    altsieve("blocklist", "import", "domains.txt", "--name", "adult")
    assert altsieve("blocklist", "allow", "example.org", "--why", "a mistake").code == 0
    allowed = altsieve("blocklist", "test", "https://example.org/")
    assert (allowed.code, allowed.out) == (0, "https://example.org/: not blocked; example.org was allowed by hand\n")
    assert altsieve("blocklist", "remove", "example.org", "--why", "settled").code == 0
    assert altsieve("blocklist", "test", "https://example.org/").code == 1


def test_removing_what_is_not_there_is_answered_with_no(altsieve: Altsieve) -> None:
    removed = altsieve("blocklist", "remove", "example.org", *WHY)
    assert (removed.code, removed.out) == (1, "example.org is not on list operator\n")


def test_who_and_why_are_kept(altsieve: Altsieve) -> None:
    altsieve("blocklist", "add", "example.org", *WHY, "--by", "Ada")
    row = altsieve("blocklist", "list", "--json").json
    assert (row["list"], row["by"], row["why"], row["entries"]) == ("operator", "Ada", "asked us to stay away", 1)


@pytest.mark.parametrize("verb", ["add", "remove", "allow"])
@pytest.mark.parametrize("why", [(), ("--why", ""), ("--why", "  ")], ids=["none", "empty", "blank"])
def test_a_change_without_a_reason_is_wrong_usage(altsieve: Altsieve, verb: str, why: tuple[str, ...]) -> None:
    answer = altsieve("blocklist", verb, "example.org", *why)
    assert answer.code == 2
    assert "--why" in answer.err
    assert altsieve("blocklist", "list").out == "no blocklist yet; altsieve blocklist add HOST --why TEXT begins one\n"


@pytest.mark.parametrize("host", ["com", "localhost", "*.example.org", "example.org/path", "a b"])
def test_what_is_no_host_is_wrong_usage(altsieve: Altsieve, host: str) -> None:
    answer = altsieve("blocklist", "add", host, *WHY)
    assert answer.code == 2
    assert "Traceback" not in answer.err
    assert len(answer.err.splitlines()) <= 2


def test_an_import_says_what_it_did_not_take(altsieve: Altsieve) -> None:
    Path("hosts.txt").write_text("0.0.0.0 bad.example\n0.0.0.0 worse.example\n0.0.0.0 not/a/host\n")
    answer = altsieve("blocklist", "import", "hosts.txt", "--name", "adult")
    assert answer.code == 0
    assert answer.out == ("list adult@1 holds 2 entries (2 added, 0 removed)\n  1 not taken: not-a-host, line 3\n")
    assert altsieve("blocklist", "test", "https://bad.example/").code == 1


@pytest.mark.parametrize("layout", HostFormat)
def test_the_format_of_a_file_can_be_named(altsieve: Altsieve, layout: HostFormat) -> None:
    Path("list.txt").write_text("0.0.0.0 bad.example\n" if layout is HostFormat.HOSTS else "bad.example\n")
    assert altsieve("blocklist", "import", "list.txt", "--name", "adult", "--format", layout.value).code == 0


def test_a_file_that_is_no_list_changes_nothing(altsieve: Altsieve) -> None:
    Path("page.html").write_text("<html>\n<body> nothing </body>\n")
    answer = altsieve("blocklist", "import", "page.html", "--name", "adult")
    assert answer.code == 2
    assert altsieve("blocklist", "list", "--json").out == ""


def test_a_file_that_is_not_there_is_wrong_usage(altsieve: Altsieve) -> None:
    assert altsieve("blocklist", "import", "nowhere.txt", "--name", "adult").code == 2
