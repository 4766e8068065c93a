"""Say what one crawl is to do, in a form that passes from the command line to the crawling process."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec


@dataclass(frozen=True, kw_only=True)
class LaunchSpec:
    """One crawl as an operator asked for it: travels as one JSON object on the standard input of `crawler.launch`.

    `resume` goes on with a run, `retry` reads again what a run failed at or was unsure of by our own doing. `settings`
    are Scrapy settings as given with `-s`. A limit of None is no limit; `depth` counts links away from a seed.
    """

    seeds: tuple[str, ...] = ()
    spider: str = "pages"
    depth: int | None = None
    max_pages: int | None = None
    max_pairs: int | None = None
    max_pages_per_host: int | None = None
    resume: str | None = None
    retry: str | None = None
    allow: tuple[str, ...] = ()
    """Regular expressions: a page that was linked to is read only if its URL matches one of them."""
    deny: tuple[str, ...] = ()
    """Regular expressions: a page whose URL matches one of them is not read."""
    provisional: bool = False
    canaries: int | None = None
    """So many harmless pictures declared known are shown to the run, in each edit of `crawler.edit_names`."""
    settings: Mapping[str, str] = field(default_factory=dict)
    log_file: str | None = None

    def to_json(self) -> bytes:
        return msgspec.json.encode(self)

    @classmethod
    def from_json(cls, text: bytes | str) -> "LaunchSpec":
        return msgspec.json.decode(text, type=cls)
