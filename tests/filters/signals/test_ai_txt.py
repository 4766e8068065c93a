import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.signals.ai_txt import AiTxt
from filters.signals.signal import Protocol, Saying, Says

SPAWNING = b"""# Spawning AI
# Prevent datasets from using the following file types

User-Agent: *
Disallow: *.txt
Disallow: *.jpg
Allow: *.png
Disallow: /
Disallow: *
"""


def said(body: bytes, path: str, agent: str = "*") -> Says | None:
    text = AiTxt.read(body)
    assert text is not None
    saying = text.says(f"https://art.example{path}", agent)
    return None if saying is None else saying.says


def rules(*lines: str) -> bytes:
    return "\n".join(("User-Agent: *", *lines)).encode()


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/a.jpg", Says.DENY),
        ("/a.png", Says.ALLOW),
        ("/a.webp", Says.DENY),
        ("/", Says.DENY),
    ],
)
def test_file_as_the_generator_writes_it(path: str, says: Says) -> None:
    assert said(SPAWNING, path) is says


@pytest.mark.parametrize(
    ("rule", "path", "says"),
    [
        ("Disallow: *.jpg", "/a.jpg", Says.DENY),
        ("Disallow: *.jpg", "/a.JPG", Says.DENY),
        ("Disallow: *.JPG", "/a.jpg", Says.DENY),
        ("Disallow: *.jpg$", "/a.jpg", Says.DENY),
        ("Disallow: *.jpg", "/a%2Ejpg", Says.DENY),
        ("Disallow: *.jpg", "/a.jpg?width=9", Says.DENY),
        ("Disallow: *.jpg", "/a.jpg:large", Says.DENY),
        ("Disallow: *.jpg", "/resize?of=a.jpg&width=9", Says.DENY),
        ("Disallow: *.jpg", "/a.jpg.webp", Says.DENY),
        ("Disallow: *.jpg", "/a.jpgx", None),
        ("Disallow: *.jpg", "/a.jpeg", None),
        ("Disallow: *.c", "/www.cats/a.jpg", None),
        ("Disallow: *.jpg", "/jpg", None),
        ("Disallow: /art/", "/art/a.jpg", Says.DENY),
        ("Disallow: /art/", "/Art/a.jpg", None),
        ("Disallow: /art/*/big", "/art/1/big.jpg", Says.DENY),
        ("Disallow: /", "/a.jpg", Says.DENY),
        ("Disallow: *", "/a.jpg", Says.DENY),
        ("Disallow:", "/a.jpg", None),
        ("Allow: /", "/a.jpg", Says.ALLOW),
        ("Allow: *.jpg", "/a.jpg", Says.ALLOW),
        ("Crawl-delay: 9", "/a.jpg", None),
    ],
)
def test_patterns_are_kinds_of_files_or_paths(rule: str, path: str, says: Says | None) -> None:
    assert said(rules(rule), path) is says


@pytest.mark.parametrize(
    ("lines", "path", "says"),
    [
        (("Disallow: /", "Allow: *.png"), "/a.png", Says.ALLOW),
        (("Disallow: /private/", "Allow: *.png"), "/private/a.png", Says.DENY),
        (("Allow: *.jpg", "Disallow: *.jpg"), "/a.jpg", Says.DENY),
        (("Disallow: *.jpg", "Allow: *.png"), "/a.png?from=b.jpg", Says.DENY),
        (("Allow: /", "Disallow: *"), "/a.jpg", Says.DENY),
    ],
)
def test_longest_rule_counts_and_of_equally_long_ones_the_no(lines: tuple[str, ...], path: str, says: Says) -> None:
    assert said(rules(*lines), path) is says


@pytest.mark.parametrize(
    ("body", "agent", "says"),
    [
        (b"User-Agent: GPTBot\nDisallow: /", "*", None),
        (b"User-Agent: GPTBot\nDisallow: /", "Altsieve", None),
        (b"User-Agent: GPTBot\nDisallow: /", "gptbot", Says.DENY),
        (b"User-Agent: *\nDisallow: /\nUser-Agent: Altsieve\nAllow: /", "Altsieve", Says.ALLOW),
        (b"Disallow: /", "Altsieve", Says.DENY),
        (b"Disallow: /a\nUser-Agent: Altsieve\nAllow: /", "Altsieve", Says.DENY),
    ],
)
def test_rules_are_those_of_the_agent_or_of_everybody(body: bytes, agent: str, says: Says | None) -> None:
    assert said(body, "/a.jpg", agent) is says


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"# ai.txt of an example\n\nThis site is about cats.\n\nUser-Agent: *\nDisallow: /",
        b"# only a comment",
        b"---\nname: Example\n---\nUser-Agent: *",
        b"<!doctype html><title>Not found</title>",
        b"Allow everybody",
        b"Contact: mailto:a@example.org\nUser-Agent: *\nDisallow: /",
        b"{}",
    ],
)
def test_other_texts_of_that_name_are_not_read(body: bytes) -> None:
    assert AiTxt.read(body) is None


@pytest.mark.parametrize("body", [b"\xef\xbb\xbfUser-agent: *", b"\r\n\r\n# x\r\nUSERAGENT : a", b"allow: /"])
def test_text_that_begins_as_robots_txt_is_read(body: bytes) -> None:
    assert AiTxt.read(body) is not None


def test_saying_names_its_line_and_its_words() -> None:
    text = AiTxt.read(SPAWNING)
    assert text is not None
    sayings = [text.says("https://art.example/a.jpg") for _ in range(2)]
    assert sayings == 2 * [Saying(protocol=Protocol.AI_TXT, says=Says.DENY, found_in="line 6", raw="Disallow: *.jpg")]


@settings(deadline=None, max_examples=100)
@given(st.binary(), st.text())
def test_no_bytes_and_no_url_make_it_raise(body: bytes, url: str) -> None:
    text = AiTxt.read(b"User-agent: *\n" + body)
    assert text is not None
    text.says(url)
    AiTxt.read(body)
