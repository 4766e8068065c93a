"""Launch a crawl, show how it gets on, and say what became of it."""

import re
from collections.abc import Iterable, Mapping
from typing import TextIO
from urllib.parse import urlsplit

import click

from console.command import Verb, at_work
from console.crawl_story import follow, report
from console.workplace import Workplace
from crawler.launch_spec import LaunchSpec
from storage.errors import NoSuchRun
from storage.synthetic_list import SYNTHETIC_PICTURES
from storage.unread_pages import unread_pages

_AT_LEAST_ONE = click.IntRange(min=1)


def _patterns(ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    for each in given:
        try:
            re.compile(each)
        except re.error as error:
            raise click.BadParameter(f"{each!r} is not a regular expression: {error}") from error
    return given


@click.command(
    cls=Verb,
    examples=[
        "altsieve crawl https://example.org/ --max-pages 100",
        "altsieve crawl --from seeds.txt --depth 2 --deny '/login'",
        "altsieve crawl --spider sitemap https://example.org/sitemap.xml",
        "altsieve crawl --resume 01990f2e-7a53-7c1a-9f0e-2b6d5e8c4a10",
    ],
)
@click.argument("urls", nargs=-1, metavar="[URL]...")
@click.option(
    "--from",
    "seeds",
    type=click.File(encoding="utf-8-sig"),
    help="Read URLs from a file, one a line; - is standard input.",
)
@click.option(
    "--spider",
    type=click.Choice(["pages", "sitemap"]),
    default="pages",
    show_default=True,
    help="pages follows links on the hosts of the URLs, sitemap reads sitemaps.",
)
@click.option("--depth", type=click.IntRange(min=0), metavar="N", help="Follow links at most N away from a URL.")
@click.option("--max-pages", type=_AT_LEAST_ONE, metavar="N", help="Stop after N pages.")
@click.option("--max-pairs", type=_AT_LEAST_ONE, metavar="N", help="Stop after N pairs were kept.")
@click.option("--max-pages-per-host", type=_AT_LEAST_ONE, metavar="N", help="Read at most N pages of a host.")
@click.option("--resume", metavar="RUN", help="Go on with a run that was stopped or broke off.")
@click.option("--retry", metavar="RUN", help="Try again what failed in a run, or what nobody could look at.")
@click.option(
    "--allow",
    multiple=True,
    metavar="PATTERN",
    callback=_patterns,
    help="Follow only links that match this regular expression.",
)
@click.option(
    "--deny",
    multiple=True,
    metavar="PATTERN",
    callback=_patterns,
    help="Never read pages that match this regular expression.",
)
@click.option("--vetted-only", is_flag=True, help="Take pictures only from hosts that altsieve sources names.")
@click.option(
    "--canaries",
    type=click.IntRange(1, SYNTHETIC_PICTURES),
    metavar="N",
    help="Show the run N harmless pictures declared known, in each edit, and measure what it finds.",
)
@click.option("--provisional", is_flag=True, help="Run without a production list of known material; each pair says so.")
@at_work
def crawl(  # one parameter for each flag of the interface
    workplace: Workplace,
    urls: tuple[str, ...],
    seeds: TextIO | None,
    spider: str,
    depth: int | None,
    max_pages: int | None,
    max_pairs: int | None,
    max_pages_per_host: int | None,
    resume: str | None,
    retry: str | None,
    allow: tuple[str, ...],
    deny: tuple[str, ...],
    vetted_only: bool,
    canaries: int | None,
    provisional: bool,
) -> None:
    """Crawl from URLs and keep the clean image and text pairs.

    Every pair is judged before anything is kept. Ctrl-C stops in order, and the run can be resumed.
    """
    addresses = _seeds(urls, seeds, resume, retry)
    _require_run(workplace, resume or retry)
    log = workplace.new_log()
    spec = LaunchSpec(
        seeds=addresses,
        spider=spider,
        depth=depth,
        max_pages=max_pages,
        max_pairs=max_pairs,
        max_pages_per_host=max_pages_per_host,
        resume=resume,
        retry=retry,
        allow=allow,
        deny=deny,
        canaries=canaries,
        provisional=provisional,
        settings=_settings(workplace, vetted_only=vetted_only),
        log_file=str(log),
    )
    told = follow(spec, log, as_json=workplace.output.as_json, settings_module=workplace.configuration.module)
    report(told, workplace.output, log, lambda run: unread_pages(workplace.database, run))


def _settings(workplace: Workplace, *, vetted_only: bool) -> Mapping[str, str]:
    return {**workplace.assignments, "VETTED_ONLY": "True"} if vetted_only else workplace.assignments


def _require_run(workplace: Workplace, run: str | None) -> None:
    """Look before the crawl is launched, also for the tables, so that a slip costs no start."""
    try:
        workplace.require_run(run)
    except NoSuchRun as error:
        raise click.UsageError(str(error)) from error
    finally:
        workplace.database.close()


def _seeds(urls: Iterable[str], file: TextIO | None, resume: str | None, retry: str | None) -> tuple[str, ...]:
    found = [*urls, *_from_file(file)]
    if resume and retry:
        raise click.UsageError("--resume and --retry exclude each other")
    if (resume or retry) and found:
        raise click.UsageError("a run that is gone on with has its URLs already: leave them out")
    if not (found or resume or retry):
        raise click.UsageError("give a URL, --from FILE, --resume RUN or --retry RUN")
    for each in found:
        _require_web_address(each)
    return tuple(dict.fromkeys(found))


def _from_file(file: TextIO | None) -> list[str]:
    stripped = (line.strip() for line in file or ())
    return [line for line in stripped if line and not line.startswith("#")]


def _require_web_address(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise click.UsageError(f"{url!r} is not an address") from error
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise click.UsageError(f"{url!r} is not an address of the web: write https://example.org/")
