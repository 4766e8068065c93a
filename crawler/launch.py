"""Run one crawl in this process: its specification comes from a pipe, its events go to another."""

import argparse
import asyncio
import ctypes
import os
import resource
import sys
from collections.abc import Sequence

import msgspec
import scrapy.core.downloader.contextfactory  # noqa: F401 - at its import it reads the source of all that calls it
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from crawler import readiness
from crawler.events import Failed, Pipe, Silence, Teller
from crawler.ground import with_its_spider
from crawler.json_log import speak_json
from crawler.launch_spec import LaunchSpec
from crawler.log_format import keep_quiet
from crawler.run_extension import RunExtension
from storage.errors import NotReady, StorageError

_PR_SET_DUMPABLE = 4


def main(arguments: Sequence[str] | None = None) -> int:
    given = _arguments(arguments)
    teller: Teller = Silence() if given.events_fd is None else Pipe(given.events_fd)
    leave_no_dump()
    keep_quiet()
    with os.fdopen(given.spec_fd, "rb") as pipe:
        try:
            spec = LaunchSpec.from_json(pipe.read())
        except msgspec.MsgspecError as error:
            teller.tell(Failed(exit=3, message=f"the specification of the crawl cannot be read: {error}"))
            return 3
    return crawl(spec, teller)


def crawl(spec: LaunchSpec, teller: Teller) -> int:
    """Return the exit code: 0 done or stopped, 3 not ready, 4 broke off."""
    settings = settings_for(spec)
    try:
        readiness.networks_of(settings)  # the resolver is made of them before the run is opened
        spec = with_its_spider(spec, settings)
    except StorageError as error:
        return _failed(error, teller)
    speak_json(settings)
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(spec.spider)
    task = process.crawl(crawler, spec=spec, teller=teller)
    process.start()
    return _exit_code(crawler, task, teller)


def settings_for(spec: LaunchSpec) -> Settings:
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "settings.base")
    settings = get_project_settings()
    settings.setdict(dict(spec.settings), priority="cmdline")
    if spec.log_file is not None:
        settings.set("LOG_FILE", spec.log_file, priority="cmdline")
        settings.set("LOG_FILE_APPEND", True, priority="cmdline")
    return settings


def leave_no_dump() -> None:
    """A core file would hold the pictures that are being judged."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0)


def _exit_code(crawler: Crawler, task: "asyncio.Task[None]", teller: Teller) -> int:
    error = None if task.cancelled() or not task.done() else task.exception()
    if error is not None:
        return _failed(error, teller)
    extension = crawler.get_extension(RunExtension)
    return 4 if extension is None or not task.done() else extension.exit_code


def _failed(error: BaseException, teller: Teller) -> int:
    code = 3 if isinstance(error, NotReady) else 4
    message = str(error) if isinstance(error, StorageError) else f"the crawl failed with {type(error).__name__}"
    teller.tell(Failed(exit=code, message=message))
    return code


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m crawler.launch", description=__doc__)
    parser.add_argument("--spec-fd", type=int, default=0, help="where the LaunchSpec is read from, as JSON")
    parser.add_argument("--events-fd", type=int, help="where events are written to, a line of JSON each")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
