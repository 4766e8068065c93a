"""`scrapy crawl -a` understands what `altsieve crawl` does, and nothing else."""

from io import StringIO
from pathlib import Path

import pytest

from crawler.launch_spec import LaunchSpec
from crawler.run_plan import page_url
from crawler.spider_arguments import spec_from
from storage.errors import NotReady


def test_arguments_become_a_spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds = tmp_path / "seeds.txt"
    seeds.write_text("# ours\nhttp://c.example/\n\n http://d.example/ \n")
    assert spec_from(
        "pages",
        {
            "urls": "http://a.example/,http://b.example/",
            "from": str(seeds),
            "depth": "2",
            "max_pairs": "5",
            "deny": "login logout",
            "provisional": "true",
        },
    ) == LaunchSpec(
        seeds=("http://a.example/", "http://b.example/", "http://c.example/", "http://d.example/"),
        depth=2,
        max_pairs=5,
        deny=("login", "logout"),
        provisional=True,
    )
    monkeypatch.setattr("sys.stdin", StringIO("http://e.example/\n"))
    assert spec_from("sitemap", {"from": "-"}) == LaunchSpec(spider="sitemap", seeds=("http://e.example/",))


@pytest.mark.parametrize("arguments", [{"url": "http://a.example/"}, {"depth": "-1"}, {"max_pages": "many"}])
def test_what_is_not_understood_is_refused(arguments: dict[str, str]) -> None:
    with pytest.raises(NotReady):
        spec_from("pages", arguments)


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("example.org", "https://example.org/"),
        (" http://EXAMPLE.org/a/../b#c ", "http://example.org/b"),
        ("localhost:8000/a", "https://localhost:8000/a"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/"),
        ("ftp://example.org/", None),
        ("mailto:someone@example.org", None),
        ("http://", None),
    ],
)
def test_a_seed_is_a_page_as_people_type_it(typed: str, url: str | None) -> None:
    assert page_url(typed) == url
