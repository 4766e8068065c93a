import pytest

from filters.signals.robots import RobotsTxt
from filters.signals.signal import Protocol, Saying, Says

DRAFT_EXAMPLE = """User-Agent: *
Allow: /
Disallow: /never/
Content-Usage: train-ai=n
Content-Usage: /ai-ok/ train-ai=y

User-Agent: ExampleBot
Allow: /
Content-Usage: train-ai=y
"""
MANAGED = """# (a) If a content-signal = yes, you may collect content for the corresponding use.
User-Agent: *
Content-signal: search=yes,ai-train=no,use=reference
Allow: /

User-agent: GPTBot
Disallow: /

User-agent: *
Disallow: /private
"""


def usage(text: str, path: str, agent: str = "Altsieve") -> tuple[Saying, ...]:
    return RobotsTxt.read(text.encode()).usage(f"https://site.example{path}", agent)


def says(text: str, path: str = "/a", agent: str = "Altsieve") -> list[str]:
    return [each.says.value for each in usage(text, path, agent)]


def in_group(*lines: str) -> str:
    return "\n".join(("User-agent: *", *lines))


@pytest.mark.parametrize(
    ("agent", "path", "said"),
    [
        ("Altsieve", "/test", ["deny"]),
        ("Altsieve", "/never/test", []),
        ("Altsieve", "/ai-ok/test", ["allow"]),
        ("ExampleBot", "/test", ["allow"]),
        ("ExampleBot", "/never/test", ["allow"]),
    ],
)
def test_example_of_the_aipref_draft(agent: str, path: str, said: list[str]) -> None:
    assert says(DRAFT_EXAMPLE, path, agent) == said


@pytest.mark.parametrize(
    ("lines", "path", "said"),
    [
        (("Content-Usage: train-ai=n",), "/a", ["deny"]),
        (("content-usage :\ttrain-ai=n # why",), "/a", ["deny"]),
        (("Content-Usage: /a\ttrain-ai=n",), "/a", ["deny"]),
        (("Content-Usage: /a  train-ai=n, search=y",), "/a", ["deny"]),
        (("Content-Usage: /a train-ai=n",), "/b", []),
        (("Content-Usage: /*.jpg$ train-ai=n",), "/b.jpg", ["deny"]),
        (("Content-Usage: /%61 train-ai=n",), "/a", ["deny"]),
        (("Content-Usage: train-ai=y", "Content-Usage: /a train-ai=n", "Content-Usage: / train-ai=y"), "/a", ["deny"]),
        (("Content-Usage: train-ai=n", "Content-Usage: /a search=y"), "/a", ["unknown"]),
        (("Content-Usage: train-ai=n", "Content-Usage: /a train-ai=no"), "/a", ["unknown"]),
        (("Content-Usage: /a train-ai=y", "Content-Usage: /a train-ai=n"), "/a", ["allow", "deny"]),
        (("Content-Usage: /a train-ai=n", "Content-Usage: /a train-ai=n;x"), "/a", ["deny"]),
        (("Content-Usage: /a",), "/a", ["unknown"]),
        (("Content-Usage:",), "/a", ["unknown"]),
        (("Content-Usage: *.jpg train-ai=n",), "/a", ["unknown"]),
        (("Content-Usage: train-ai=\u00f1",), "/a", ["unknown"]),
        (("Content-Usage: train-ai=n", "Disallow: /a"), "/a", []),
        (("Content-Usage: train-ai=n", "Disallow: /a", "Allow: /a$"), "/a", ["deny"]),
        (("Disallow: /b", "Content-Usage: train-ai=n"), "/a", ["deny"]),
        (("Disallow:",), "/a", []),
    ],
)
def test_content_usage_of_the_longest_path_counts(lines: tuple[str, ...], path: str, said: list[str]) -> None:
    assert says(in_group(*lines), path) == said


@pytest.mark.parametrize(
    ("lines", "path", "said"),
    [
        (("Content-Signal: search=yes, ai-train=no",), "/a", ["deny"]),
        (("Content-Signal: ai-train=yes",), "/a", ["allow"]),
        (("Content-Signal: search=yes",), "/a", ["unknown"]),
        (("Content-Signal: search=yes", "Content-Signal: ai-train=no"), "/a", ["deny"]),
        (("Content-Signal: ai-train=yes", "Content-Signal: ai-train=no"), "/a", ["allow", "deny"]),
        (("Content-Signal: /about ai-train=yes, search=yes", "Content-Signal: ai-train=no"), "/about", ["allow"]),
        (("Content-Signal: /blog/ ai-train=no", "Content-Signal: ai-train=yes"), "/blog/1", ["deny"]),
        (("Content-Signal: /blog/ ai-train=no",), "/about", []),
        (("Content-Signal: ai-train=no", "Content-Signal: /blog/ search=yes"), "/blog/1", ["deny"]),
        (("Content-Signal: /blog/",), "/blog/1", ["unknown"]),
    ],
)
def test_longer_path_of_content_signal_lifts_only_what_it_names(
    lines: tuple[str, ...], path: str, said: list[str]
) -> None:
    assert says(in_group(*lines), path) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("User-agent: Altsieve\nContent-Signal: ai-train=no", ["deny"]),
        ("User-agent: other\nContent-Signal: ai-train=no", []),
        ("User-agent: *\nContent-Signal: ai-train=no\nDisallow:\nUser-agent: Altsieve\nDisallow:", []),
        ("User-agent: Altsieve\nContent-Usage: train-ai=n\nUser-agent: other\nDisallow: /b", ["deny"]),
        ("User-agent: Altsieve\nUser-agent: other\nContent-Usage: train-ai=n", ["deny"]),
        ("Content-Signal: ai-train=no\nUser-agent: *\nDisallow:", ["deny"]),
        ("Content-Usage: train-ai=n", ["deny"]),
        ("Content-Signal: ai-train=no", ["deny"]),
        ("Content-Usage: train-ai=n\nUser-agent: *\nContent-Usage: /a train-ai=y", ["allow", "deny"]),
        ("Content-Signal: ai-train=yes\nContent-Usage: train-ai=y\nContent-Usage: x", []),
        ("Content-Usage: /b train-ai=n", []),
    ],
)
def test_group_is_that_of_the_agent_and_before_any_group_only_a_no_counts(text: str, said: list[str]) -> None:
    assert says(text) == said


def test_managed_file_with_two_groups_of_everybody() -> None:
    assert usage(MANAGED, "/a") == (
        Saying(
            protocol=Protocol.CONTENT_SIGNAL,
            says=Says.DENY,
            found_in="line 3",
            raw="Content-Signal: search=yes,ai-train=no,use=reference",
        ),
    )
    assert usage(MANAGED, "/private") == ()


def test_both_protocols_are_heard() -> None:
    text = in_group("Content-Usage: /a train-ai=n", "Content-Signal: ai-train=yes")
    assert [(each.protocol.value, each.found_in, each.raw) for each in usage(text, "/a")] == [
        ("aipref", "line 2", "Content-Usage: /a train-ai=n"),
        ("content-signal", "line 3", "Content-Signal: ai-train=yes"),
    ]
