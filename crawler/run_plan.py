"""Work out what a launch is to do: a new run, more of an old one, or another try at what an old one failed at."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import msgspec

from crawler.addresses import Base
from crawler.launch_spec import LaunchSpec
from storage.database import Database
from storage.errors import NotReady
from storage.frontier import NewPage
from storage.retries import pages_to_retry
from storage.runs import Runs

_LIMITS = ("max_pages", "max_pairs", "max_pages_per_host", "depth", "canaries")


@dataclass(frozen=True, kw_only=True)
class RunPlan:
    """`spec` is what counts, after what a resumed or retried run was asked for has been taken over."""

    spec: LaunchSpec
    seeds: tuple[NewPage, ...]
    only_images: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """When retrying: page URL -> HMACs of the pictures to judge there; all of them where there are none."""
    retried: str | None = None
    """The run that is retried: its pages are known."""

    def follows_links_of(self, url: str) -> bool:
        """The links of a page that was read before are known; of one that was not, nobody has seen them."""
        return not self.only_images.get(url)


def plan_of(spec: LaunchSpec, db: Database, runs: Runs) -> RunPlan:
    _require_patterns((*spec.allow, *spec.deny))
    if spec.resume is not None:
        earlier = _asked_for(runs, spec.resume, spec.spider)
        _, keys = _again(db, earlier.retry)
        return RunPlan(spec=_continued(spec, earlier), seeds=(), only_images=keys, retried=earlier.retry)
    if spec.retry is not None:
        earlier = _asked_for(runs, spec.retry, spec.spider)
        pages, keys = _again(db, spec.retry)
        if not pages:
            raise NotReady(
                f"nothing of run {spec.retry} may come right by trying again: what failed there will fail again"
            )
        return RunPlan(spec=_continued(spec, earlier), seeds=pages, only_images=keys, retried=spec.retry)
    return RunPlan(spec=spec, seeds=tuple(_seed(each) for each in spec.seeds))


def page_url(address: str) -> str | None:
    """Return a page's normalised URL without fragment; `example.org` is `https://example.org/`."""
    complete = address if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", address.strip()) else f"https://{address.strip()}"
    if re.match(r"[^/]+:\d+(/|$)", address.strip()):
        complete = f"https://{address.strip()}"
    return Base("https://invalid.invalid/").resolve(complete)


def _again(db: Database, retried: str | None) -> tuple[tuple[NewPage, ...], dict[str, frozenset[str]]]:
    again = () if retried is None else pages_to_retry(db, retried)
    pages = tuple(NewPage(url=each.url, depth=each.depth, seed=each.seed, found_on=each.found_on) for each in again)
    return pages, {each.url: each.image_keys for each in again}


def _seed(address: str) -> NewPage:
    url = page_url(address)
    if url is None:
        raise NotReady(f"{address!r} is no http or https address of a page")
    return NewPage(url=url, depth=0, seed=url)


def _asked_for(runs: Runs, run_id: str, spider: str) -> LaunchSpec:
    """Refuse another spider than the run's: it reads other things out of the same pages, and would lose some."""
    summary = runs.show(run_id)
    if summary.spider != spider:
        raise NotReady(f"run {run_id} is of the spider {summary.spider}; type: scrapy crawl {summary.spider} ...")
    return replace(msgspec.convert(dict(summary.arguments), LaunchSpec, strict=False), spider=summary.spider)


def _continued(spec: LaunchSpec, earlier: LaunchSpec) -> LaunchSpec:
    given = {name: getattr(spec, name) for name in _LIMITS if getattr(spec, name) is not None}
    kept = {name: getattr(spec, name) for name in ("resume", "retry", "settings", "log_file")}
    provisional = spec.provisional or earlier.provisional
    return replace(earlier, **given, **kept, provisional=provisional)


def _require_patterns(patterns: Iterable[str]) -> None:
    for each in patterns:
        try:
            re.compile(each)
        except re.error as error:
            raise NotReady(f"{each!r} is not a regular expression: {error}") from None
