"""Crawl a real web from a folder and compare what was found with a manifest made by another parser.

    python -m tests.acceptance.realweb DIR [PACKAGE]

DIR holds PACKAGE/ (pages and pictures as a Debian package lays them out) and manifest.json: for each package its start
page, its pages, and each distinct (image file, text) that a page shows with a text of 5 characters or more. It is
served on loopback with a log of every request, and crawled with the `altsieve` command from its start page without a
limit.

Checked are: every page that can be reached was fetched; each picture was requested once, or once more for a further
text that models had to see it with after its bytes were let go; the candidates hold every (picture, text) that the
manifest has for these pages, and any further one stands in the HTML; each of them, and no other picture, has an
outcome; the counts add up; a second crawl stores nothing new; `verify` finds nothing.
"""

import argparse
import functools
import json
import posixpath
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from console.demo.server import free_port
from crawler.extract import extract
from tests.acceptance.workshop import LOOPBACK, Workshop, adds_up

_HOST: Final = "127.0.0.31"
_PAGE_ENDINGS: Final = (".html", ".htm", ".xhtml")
_SHOWN: Final = 5
_Text = tuple[str, str]
"""A picture's path and a text."""


@dataclass(kw_only=True)
class Served:
    """The folder while it is served."""

    root: Path
    base: str
    requests: list[str] = field(default_factory=list)
    """Paths, unquoted, without a leading slash, in the order they were asked for."""

    def url(self, path: str) -> str:
        return urljoin(self.base, path)

    def path(self, url: str) -> str:
        return unquote(urlsplit(url).path).lstrip("/")


@dataclass(kw_only=True)
class Reached:
    """What can be reached from the start page: found by following the links of the pages as they lie in the folder."""

    pages: set[str] = field(default_factory=set)
    texts: set[_Text] = field(default_factory=set)
    candidates: int = 0


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("package", nargs="?", default="gimp-help-en")
    options = parser.parse_args()
    manifest = json.loads((options.folder / "manifest.json").read_text())[options.package]
    with (
        tempfile.TemporaryDirectory(prefix="altsieve-realweb-") as work,
        serving(options.folder / options.package) as web,
    ):
        problems = list(_problems(web, manifest, Workshop.open(Path(work) / "altsieve")))
    for each in problems:
        print(f"WRONG: {each}")  # noqa: T201  # a script for people
    print("as it should be" if not problems else f"{len(problems)} problems")  # noqa: T201  a check that is run by hand
    return int(bool(problems))


@contextmanager
def serving(root: Path) -> Iterator[Served]:
    port = free_port([_HOST])
    web = Served(root=root.resolve(), base=f"http://{_HOST}:{port}/")
    with ThreadingHTTPServer((_HOST, port), functools.partial(_Visit, web=web, directory=str(root))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield web
        server.shutdown()


class _Visit(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: Any, web: Served, **named: Any) -> None:
        self._web = web
        super().__init__(*arguments, **named)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        self._web.requests.append(self._web.path(self.path))

    def log_message(self, format: str, *args: object) -> None:  # as the base class names it
        """Say nothing: the requests are in the log."""


def _problems(web: Served, manifest: Mapping[str, Any], workshop: Workshop) -> Iterator[str]:
    reached = reach(web, manifest["start"])
    first = _crawl(web, manifest, workshop)
    asked = Counter(web.requests)
    yield from _of_pages(reached, asked, first)
    yield from _of_texts(web, reached, manifest)
    yield from _of_pictures(web, reached, asked, workshop)
    held = {each["pair_id"] for each in workshop.ask("pairs")}
    second = _crawl(web, manifest, workshop)
    if second["stored"] or {each["pair_id"] for each in workshop.ask("pairs")} != held:
        yield "a second crawl stored something new"
    for name, run in (("first", first), ("second", second)):
        if not adds_up(run) or run["candidates"] != reached.candidates:
            yield f"the counts of the {name} crawl do not add up: {run['candidates']} of {reached.candidates}"
    said = workshop.run("verify")
    if said.status:
        yield f"verify found something: {said.out}"


def _crawl(web: Served, manifest: Mapping[str, Any], workshop: Workshop) -> Mapping[str, Any]:
    run = workshop.crawl(web.url(manifest["start"]), *LOOPBACK)
    counts = {name: run[name] for name in ("pages", "candidates", "stored", "refused", "unsure", "failed")}
    print(json.dumps(counts, indent=1))  # noqa: T201  # a script for people
    return run


def reach(web: Served, start: str) -> Reached:
    """Follow the links from file to file, without a crawler."""
    reached, pending = Reached(pages={start}), [start]
    while pending:
        page = pending.pop()
        body = (web.root / page).read_bytes()
        extracted = extract(body, url=web.url(page))
        shown = {(each.image_url, each.text_source, each.text) for each in extracted.found}
        reached.candidates += len(shown)
        reached.texts |= {(web.path(url), text) for url, _, text in shown if url.startswith(web.base)}
        new = {web.path(urldefrag(link).url) for link in extracted.links if link.startswith(web.base)} - reached.pages
        found = [path for path in new if path.endswith(_PAGE_ENDINGS) and (web.root / path).is_file()]
        reached.pages.update(found)
        pending.extend(found)
    return reached


def _of_pages(reached: Reached, asked: Counter[str], run: Mapping[str, Any]) -> Iterator[str]:
    yield from _differences("page that can be reached was not fetched", reached.pages - asked.keys())
    yield from _differences("page was fetched more than once", {each for each in reached.pages if asked[each] > 1})
    if run["pages"] < len(reached.pages):
        yield f"{len(reached.pages)} pages can be reached, the run counts {run['pages']}"


def _of_texts(web: Served, reached: Reached, manifest: Mapping[str, Any]) -> Iterator[str]:
    """The manifest says which texts a picture has, not on which page: it is cut to what these pages show by itself."""
    pairs = {(image, text) for image, text in manifest["pairs"]}
    shown = {image for image, _ in reached.texts}
    missing = {pair for pair in pairs - reached.texts if _stands_on(web, reached.pages, *pair)}
    yield from _differences("(picture, text) of the manifest is no candidate", missing)
    further = {(image, text) for image, text in reached.texts - pairs if text}
    not_there = {pair for pair in further if not _stands_on(web, reached.pages, *pair)}
    yield from _differences("candidate's text does not stand in the HTML", not_there)
    print(f"{len(reached.pages)} pages, {len(shown)} pictures, {len(reached.texts)} candidates, {len(further)} further")  # noqa: T201  a check that is run by hand


def _stands_on(web: Served, pages: set[str], image: str, text: str) -> bool:
    name = posixpath.basename(image)
    return any(name in body and text in body for body in _bodies(web, frozenset(pages)))


@functools.cache
def _bodies_of(root: Path, pages: frozenset[str]) -> tuple[str, ...]:
    read = (unescape((root / page).read_text(errors="replace")) for page in sorted(pages))
    return tuple(" ".join(body.split()) for body in read)


def _bodies(web: Served, pages: frozenset[str]) -> tuple[str, ...]:
    return _bodies_of(web.root, pages)


def _of_pictures(web: Served, reached: Reached, asked: Counter[str], workshop: Workshop) -> Iterator[str]:
    pictures = {image for image, _ in reached.texts}
    requested = {path: number for path, number in asked.items() if path in pictures}
    texts = Counter(image for image, _ in reached.texts)
    often = {path for path, number in requested.items() if number > texts[path]}
    yield from _differences("picture was requested more often than it has texts", often)
    decided = {web.path(each["image_url"]) for each in workshop.ask("pairs")}
    decided |= {web.path(each["image_url"]) for each in workshop.ask("refusals") if each["image_url"]}
    local = {path for path in decided if path}
    yield from _differences("picture has no outcome", pictures - local)
    yield from _differences(
        "picture has an outcome and is on no page", {path for path in local if (web.root / path).is_file()} - pictures
    )


def _differences(what: str, which: set[Any]) -> Iterator[str]:
    if which:
        yield f"{len(which)} times: {what}, such as {sorted(which)[:_SHOWN]}"


if __name__ == "__main__":
    sys.exit(main())
