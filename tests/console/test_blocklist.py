import hashlib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from storage.host_formats import HostFormat
from tests.console.conftest import Altsieve, Recorded

WHY = ("--why", "asked us to stay away")


def test_an_added_host_is_blocked_with_its_subdomains(altsieve: Altsieve) -> None:
    added = altsieve("blocklist", "add", "example.org", *WHY)
    assert (added.code, added.err) == (0, "")
    assert added.out.splitlines() == [
        "example.org is now blocked: the host and all its subdomains",
        "list operator@1 holds 1 entry (1 added, 0 removed)",
    ]
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
            "mode": "suffix",
            "via": "",
            "allowed": None,
        },
        {
            "url": "https://example.com/",
            "host": "example.com",
            "blocked": False,
            "entry": None,
            "list": None,
            "why": None,
            "mode": None,
            "via": None,
            "allowed": None,
        },
        dict.fromkeys(("host", "blocked", "entry", "list", "why", "mode", "via", "allowed")) | {"url": "http://"},
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


@pytest.mark.parametrize("host", ["com", "localhost", "*.example.org", "co.uk", "github.io", "a b"])
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


LINE_OF = {
    HostFormat.DOMAINS: "bad.example",
    HostFormat.WILDCARD: "*.bad.example",
    HostFormat.HOSTS: "0.0.0.0 bad.example",
    HostFormat.ADBLOCK: "||bad.example^",
    HostFormat.DNSMASQ: "address=/bad.example/",
    HostFormat.RPZ: "bad.example CNAME .",
    HostFormat.UNBOUND: 'local-zone: "bad.example" always_nxdomain',
    HostFormat.CIDR: "192.0.2.0/24",
    HostFormat.URLS: "http://bad.example/a",
    HostFormat.URL_PREFIXES: "http://bad.example/a",
    HostFormat.SHA256_URLS: "5e" * 32,
}


@pytest.mark.parametrize("layout", sorted(set(HostFormat) - {HostFormat.UT1}))
def test_the_format_of_a_file_can_be_named(altsieve: Altsieve, layout: HostFormat) -> None:
    Path("list.txt").write_text(f"{LINE_OF[layout]}\n")
    assert altsieve("blocklist", "import", "list.txt", "--name", "adult", "--format", layout.value).code == 0


def test_a_category_of_ut1_is_imported_from_its_directory(altsieve: Altsieve) -> None:
    folder = Path("blacklists/adult")
    folder.mkdir(parents=True)
    (folder / "domains").write_text("bad.example\n")
    (folder / "urls").write_text("other.example/bad\n")
    answer = altsieve("blocklist", "import", str(folder), "--name", "ut1-adult", "--json")
    assert (answer.code, answer.json["source"], answer.json["entries"]) == (0, "adult (ut1)", 2)
    tested = altsieve("blocklist", "test", "http://bad.example/", "http://other.example/bad/a.jpg", "--json")
    assert [each["entry"] for each in tested.json_lines] == ["bad.example", "other.example/bad*"]


def test_where_a_list_comes_from_is_kept_and_shown(altsieve: Altsieve) -> None:
    Path("list.txt").write_text("bad.example\n")
    origin = ("--licence", "CC-BY-SA-4.0", "--source", "https://lists.example/adult")
    altsieve("blocklist", "import", "list.txt", "--name", "adult", *origin)
    assert "CC-BY-SA-4.0" in altsieve("blocklist", "list").out
    row = altsieve("blocklist", "list", "--json").json
    digest = hashlib.sha256(b"bad.example\n").hexdigest()
    assert (row["licence"], row["source"], row["file_digest"]) == (origin[1], origin[3], digest)


def test_an_import_that_takes_much_off_a_list_is_refused_until_it_is_forced(altsieve: Altsieve) -> None:
    Path("list.txt").write_text("".join(f"host{n}.example\n" for n in range(10)))
    altsieve("blocklist", "import", "list.txt", "--name", "adult")
    Path("list.txt").write_text("".join(f"host{n}.example\n" for n in range(7)))
    cut = ("blocklist", "import", "list.txt", "--name", "adult")
    refused = altsieve(*cut)
    assert (refused.code, refused.out) == (1, "")
    assert "3 of 10 entries" in refused.err
    assert "--force" in refused.err
    assert altsieve("blocklist", "list", "--json").json["number"] == 1
    assert altsieve(*cut, "--force").code == 0


def test_what_shrinking_is_much_is_a_setting(altsieve: Altsieve) -> None:
    Path("list.txt").write_text("a.example\nb.example\n")
    altsieve("blocklist", "import", "list.txt", "--name", "adult")
    Path("list.txt").write_text("a.example\n")
    again = ("blocklist", "import", "list.txt", "--name", "adult")
    assert altsieve(*again).code == 1
    assert altsieve(*again, "-s", "BLOCKLIST_MAX_SHRINK=0.5").code == 0


def test_a_whole_list_can_be_taken_off_with_a_reason(altsieve: Altsieve) -> None:
    Path("list.txt").write_text("bad.example\nworse.example\n")
    altsieve("blocklist", "import", "list.txt", "--name", "adult")
    off = altsieve("blocklist", "remove", "--list", "adult", "--why", "replaced")
    assert (off.code, off.out) == (0, "list adult@2 holds 0 entries (0 added, 2 removed)\n")
    assert altsieve("blocklist", "test", "https://bad.example/").code == 0
    again = altsieve("blocklist", "remove", "--list", "adult", "--why", "replaced")
    assert (again.code, again.out) == (1, "there is no blocklist adult with entries\n")


@pytest.mark.parametrize("named", [(), ("example.org", "--list", "adult")], ids=["nothing", "both"])
def test_hosts_or_a_list_are_taken_off_and_not_both(altsieve: Altsieve, named: tuple[str, ...]) -> None:
    assert altsieve("blocklist", "remove", *named, *WHY).code == 2


@pytest.mark.parametrize(
    ("typed", "kept", "covers"),
    [
        ("=Example.ORG", "=example.org", "this host alone"),
        (".example.org", ".example.org", "all its subdomains"),
        ("192.0.2.7", "192.0.2.7", "this address"),
        ("192.0.2.7/24", "192.0.2.0/24", "every address in this network"),
        ("https://example.org/a", "example.org/a", "this one page or picture, on this host alone"),
        ("https://example.org/a?b=1", "example.org/a?b=1", "this one page or picture, on this host alone"),
        ("example.org/a/", "example.org/a/", "for that write example.org/a/*"),
        ("example.org/a*", "example.org/a*", "every address that begins so"),
        ("SHA256:" + "5E" * 32, "sha256:" + "5e" * 32, "what has this digest"),
        ("https://example.org/", "example.org", "the host and all its subdomains"),
    ],
)
def test_every_kind_of_entry_is_shown_as_it_is_kept_with_what_it_covers(
    altsieve: Altsieve, typed: str, kept: str, covers: str
) -> None:
    for verb, done in (("add", "is now blocked"), ("allow", "is now allowed"), ("remove", "is no longer on list")):
        answer = altsieve("blocklist", verb, typed, *WHY)
        assert answer.code == 0
        assert answer.out.startswith(f"{kept} {done}")
        assert covers in answer.out.splitlines()[0]


@pytest.mark.parametrize("host", ["co.uk", ".github.io", "com"])
def test_a_public_suffix_is_blocked_only_by_force(altsieve: Altsieve, host: str) -> None:
    refused = altsieve("blocklist", "add", host, *WHY)
    assert refused.code == 2
    assert "--force" in refused.err
    assert altsieve("blocklist", "add", host, *WHY, "--force").code == 0


def test_an_address_inside_another_is_found_and_said_to_be_inside(altsieve: Altsieve) -> None:
    altsieve("blocklist", "add", "bad.example", *WHY)
    url = "https://proxy.example/?url=https%3A%2F%2Fbad.example%2Fa.jpg"
    answer = altsieve("blocklist", "test", url)
    assert answer.code == 1
    assert "an address inside it is blocked by operator@1, which names bad.example" in answer.out
    assert altsieve("blocklist", "test", url, "--json").json["via"] == "nested"


def test_the_impact_of_a_list_is_told_before_it_is_imported(recorded: Recorded) -> None:
    held = recorded.altsieve("pairs", "--json").json_lines
    host = urlsplit(held[0]["page_url"]).hostname
    Path("list.txt").write_text(f"{host}\nelsewhere.example\n")
    answer = recorded.altsieve("blocklist", "impact", "list.txt")
    assert answer.code == 0
    assert f"it would take out {len(held)} of {len(held)} pairs" in answer.out
    row = recorded.altsieve("blocklist", "impact", "list.txt", "--json").json
    assert (row["host"], row["entry"], row["pairs"], row["pictures"]) == (host, host, len(held), len(held))
    assert recorded.altsieve("blocklist", "list", "--json").out == ""


def test_what_a_person_allowed_is_no_impact(recorded: Recorded) -> None:
    host = urlsplit(recorded.altsieve("pairs", "--json").json_lines[0]["page_url"]).hostname
    recorded.altsieve("blocklist", "allow", str(host), *WHY)
    Path("list.txt").write_text(f"{host}\n")
    assert recorded.altsieve("blocklist", "impact", "list.txt", "--json").out == ""


def test_a_file_that_is_no_list_changes_nothing(altsieve: Altsieve) -> None:
    Path("page.html").write_text("<html>\n<body> nothing </body>\n")
    answer = altsieve("blocklist", "import", "page.html", "--name", "adult")
    assert answer.code == 2
    assert altsieve("blocklist", "list", "--json").out == ""


def test_a_file_that_is_not_there_is_wrong_usage(altsieve: Altsieve) -> None:
    assert altsieve("blocklist", "import", "nowhere.txt", "--name", "adult").code == 2
