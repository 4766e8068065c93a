"""Read the arguments of `scrapy crawl ... -a NAME=VALUE` as what `altsieve crawl` calls the same."""

import sys
from collections.abc import Mapping
from pathlib import Path

from crawler.launch_spec import LaunchSpec
from storage.errors import NotReady

_NUMBERS = ("depth", "max_pages", "max_pairs", "max_pages_per_host", "canaries")
_NAMES = ("resume", "retry")
_LISTS = ("urls", "allow", "deny")


def spec_from(spider: str, arguments: Mapping[str, str]) -> LaunchSpec:
    """`urls`, `allow`, `deny`: separated by white space or commas; `from`: a file of URLs, `-` for standard input."""
    if unknown := set(arguments) - {*_NUMBERS, *_NAMES, *_LISTS, "from", "provisional"}:
        raise NotReady(f"the spider does not know {', '.join(sorted(unknown))}; see altsieve crawl --help")
    return LaunchSpec(
        spider=spider,
        seeds=(*_listed(arguments.get("urls", "")), *_from_file(arguments.get("from"))),
        allow=_listed(arguments.get("allow", "")),
        deny=_listed(arguments.get("deny", "")),
        provisional=arguments.get("provisional", "").lower() in ("1", "true", "yes"),
        depth=_number("depth", arguments),
        max_pages=_number("max_pages", arguments),
        max_pairs=_number("max_pairs", arguments),
        max_pages_per_host=_number("max_pages_per_host", arguments),
        canaries=_number("canaries", arguments),
        resume=arguments.get("resume"),
        retry=arguments.get("retry"),
    )


def _number(name: str, arguments: Mapping[str, str]) -> int | None:
    value = arguments.get(name)
    if value is None:
        return None
    if not value.isdigit():
        raise NotReady(f"{name} must be a whole number, not {value!r}")
    return int(value)


def _listed(value: str) -> tuple[str, ...]:
    return tuple(value.replace(",", " ").split())


def _from_file(name: str | None) -> tuple[str, ...]:
    if name is None:
        return ()
    text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    return tuple(line for each in text.splitlines() if (line := each.strip()) and not line.startswith("#"))
