from collections.abc import Mapping

import pytest

from console.run_settings import typed
from tests.console.conftest import Recorded


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ({"seeds": ["https://example.org/"]}, "altsieve crawl https://example.org/"),
        (
            {"seeds": ["https://a.example/"], "spider": "pages", "depth": None, "allow": []},
            "altsieve crawl https://a.example/",
        ),
        ({"seeds": ["https://a.example/"], "spider": "sitemap"}, "altsieve crawl https://a.example/ --spider sitemap"),
        (
            {"seeds": [], "retry": "r", "depth": 0, "provisional": True},
            "altsieve crawl --retry r --depth 0 --provisional",
        ),
        ({"seeds": [], "deny": ["/login", "a b"]}, "altsieve crawl --deny /login --deny 'a b'"),
    ],
)
def test_arguments_are_told_as_they_were_typed(arguments: Mapping[str, object], line: str) -> None:
    assert typed(arguments) == line


def test_a_run_shows_who_launched_it_and_with_what(recorded: Recorded) -> None:
    out = recorded.altsieve("runs", "show", recorded.run_id).out
    assert "  launched by tester with Altsieve 0.1.0, no contact told, no legal basis told\n" in out
    assert "  as          altsieve crawl https://pages.example/\n" in out
    assert "    ALT_MIN_CHARACTERS  5\n" in out
    assert "    alt-text            1\n" in out
