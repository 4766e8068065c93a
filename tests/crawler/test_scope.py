"""A crawl keeps to its seeds' hosts, its patterns and its limit for each host."""

import pytest

from crawler.scope import Scope

SEEDS = ("https://example.org/start", "http://127.0.0.1:8080/")


@pytest.mark.parametrize(
    ("url", "covered"),
    [
        ("https://example.org/a", True),
        ("http://EXAMPLE.org.:8080/a", True),
        ("http://127.1/a", True),
        ("https://www.example.org/", False),
        ("https://notexample.org/", False),
        ("https://example.org@evil.example/", False),
        ("mailto:someone@example.org", False),
    ],
)
def test_only_the_seeds_own_hosts_are_in_scope(url: str, covered: bool) -> None:
    assert Scope(SEEDS).covers(url) is covered
    assert Scope(SEEDS).take(url) is covered


def test_a_host_can_be_included_later() -> None:
    scope = Scope(SEEDS)
    scope.include_host_of("https://www.example.org/home")
    assert scope.take("https://www.example.org/a")


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://example.org/gallery/1", True),
        ("https://example.org/about", False),
        ("https://example.org/gallery/login", False),
    ],
)
def test_patterns_decide_of_links(url: str, taken: bool) -> None:
    assert Scope(SEEDS, allow=["/gallery/"], deny=["login$"]).take(url) is taken


def test_a_limit_for_each_host_goes_on_from_what_the_run_knows() -> None:
    scope = Scope(SEEDS, pages_per_host=3)
    scope.count("https://example.org/start")
    assert [scope.take(f"https://example.org/{number}") for number in range(3)] == [True, True, False]
    assert scope.take("http://127.0.0.1:8080/a")
