import pytest

from filters.signals.robots_lines import MOST_BYTES, Key, grouped, read_lines


def read(body: bytes) -> list[tuple[int, str, bytes]]:
    return [(each.number, each.key.value, each.value) for each in read_lines(body)]


def groups(text: str) -> dict[str, str]:
    """Return the paths of the rules of each token."""
    gathered = grouped(read_lines(text.encode()))
    return {token: " ".join(each.value.decode() for each in gathered.lines(token)) for token in gathered.of}


@pytest.mark.parametrize(
    "line",
    [
        b"Disallow: /a",
        b"disallow:/a",
        b"DISALLOW\t:\t/a\t",
        b"  Disallow : /a  ",
        b"Disallow: /a # no",
        b"Disallow: /a#no",
        b"Disallow /a",
        b"\xef\xbb\xbfDisallow: /a",
        "Disallow: /a".encode("utf-16"),
        "\ufeffDisallow: /a\r\n".encode("utf-16-be"),
        *(slip + b": /a" for slip in (b"Dissallow", b"dissalow", b"Disalow", b"diasllow", b"disallaw")),
    ],
)
def test_spellings_of_a_line(line: bytes) -> None:
    assert read(line) == [(1, "Disallow", b"/a")]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"#Disallow: /a",
        b"Disallowed: /a",
        b"No-Disallow: /a",
        b"Disallow",
        b"Disallow /a and /b",
        b": /a",
        b"/a",
        b"\xff\xfeD\x00i\x00s\x00",
        b"<html><body>Disallow: /a</body>",
        b"Dis allow: /a",
        b"\x00Disallow: /a",
    ],
)
def test_lines_that_are_passed_over(line: bytes) -> None:
    assert read(line) == []


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_line_ends(end: bytes) -> None:
    body = end.join((b"User-agent: *", b"", b"Disallow: /a", b"Allow:"))
    assert read(body) == [(1, "User-agent", b"*"), (3, "Disallow", b"/a"), (4, "Allow", b"")]


@pytest.mark.parametrize("not_an_end", ["\u2028", "\x0b", "\x0c", "\x1c", "\x85"])
def test_only_line_feed_and_carriage_return_end_a_line(not_an_end: str) -> None:
    assert len(read(f"Allow: /a{not_an_end}Disallow: /".encode())) == 1


@pytest.mark.parametrize(
    ("left", "last"),
    [
        (0, b"Allow: /begins"),
        (5, b"Allow: /begins"),
        (13, b"Allow: /begins"),
        (14, b"Disallow: /all"),
        (15, b"Disallow: /all"),
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_half_a_line_at_the_limit_is_no_line(left: int, last: bytes, end: bytes) -> None:
    start = b"Allow: /begins" + end
    comment = b"#" * (MOST_BYTES - len(start) - len(end) - left) + end
    assert len(start + comment) == MOST_BYTES - left
    lines = read(start + comment + b"Disallow: /all" + end + b"Disallow: /after")
    assert lines[-1][1:] == (last.split(b":")[0].decode(), last.split(b": ")[1])


def test_one_line_longer_than_the_limit_is_nothing() -> None:
    assert read(b"Disallow: /" + b"a" * MOST_BYTES) == []


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("User-agent: a\nDisallow: /1", {"a": "/1"}),
        ("User-agent: A\nDisallow: /1\nUser-agent: a\nDisallow: /2", {"a": "/1 /2"}),
        ("User-agent: a\nUser-agent: b\nDisallow: /1", {"a": "/1", "b": "/1"}),
        ("User-agent: a\nUser-agent: a\nDisallow: /1", {"a": "/1"}),
        ("User-agent: a\n\n# x\n\nUser-agent: b\n\nDisallow: /1", {"a": "/1", "b": "/1"}),
        ("User-agent: a\nDisallow:\nUser-agent: b\nDisallow: /1", {"a": "", "b": "/1"}),
        ("User-agent: a\nAllow: /1\nUser-agent: b\nAllow: /2", {"a": "/1", "b": "/2"}),
        ("User-agent: a\nNoindex: /\nUser-agent: b\nAllow: /1", {"a": "/1", "b": "/1"}),
        ("User-agent: a\nCrawl-delay: 9\nUser-agent: b\nAllow: /1", {"a": "9 /1", "b": "9 /1"}),
        ("User-agent: a\nContent-Signal: x\nUser-agent: b\nAllow: /1", {"a": "x /1", "b": "x /1"}),
        ("User-agent: a\nContent-Usage: x\nUser-agent: b\nAllow: /1", {"a": "x /1", "b": "x /1"}),
        ("User-agent: a\nLicense: x\nUser-agent: b\nAllow: /1", {"a": "x /1", "b": "x /1"}),
        ("User-agent: a\nAllow: /1\nCrawl-delay: 9\nAllow: /2\nUser-agent: b", {"a": "/1 9 /2", "b": ""}),
        ("User-agent: a/1.0 (+https://a.example)\nAllow: /1", {"a": "/1"}),
        ("User-agent: img2dataset\nAllow: /1", {"img2dataset": "/1"}),
        ("User-agent: *\nAllow: /1", {"*": "/1"}),
        ("User-agent: * all of you\nAllow: /1", {"*": "/1"}),
        ("User-agent: *a\nAllow: /1", {"": "/1"}),
        ("User-agent:\nAllow: /1", {"": "/1"}),
        ("Useragent: a\nUser agent: b\nuser-agent c\nAllow: /1", {"a": "/1", "b": "/1", "c": "/1"}),
        ("Allow: /1\nUser-agent: a\nAllow: /2", {"a": "/2"}),
        ("", {}),
    ],
)
def test_groups_begin_at_a_user_agent_after_a_rule(text: str, of: dict[str, str]) -> None:
    assert groups(text) == of


def test_lines_before_any_group_are_outside() -> None:
    outside = grouped(read_lines(b"License: x\nAllow: /\nUser-agent: a\nAllow: /2")).outside
    assert [each.key for each in outside] == [Key.LICENSE, Key.ALLOW]


def test_a_group_is_held_once_for_all_its_agents() -> None:
    gathered = grouped(read_lines(b"User-agent: a\nUser-agent: b\nAllow: /"))
    assert gathered.of["a"][0] is gathered.of["b"][0]
