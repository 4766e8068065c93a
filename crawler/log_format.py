"""Keep every address, caption and byte out of the log, whoever writes it."""

import logging
import re
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any, TypeAlias

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

from crawler.not_kept import NotKept

ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*:/+|data:|//)[^\s]+", re.IGNORECASE)
LOOKED_UP = re.compile(r"(lookup:)\s*[^\s]+", re.IGNORECASE)  # what Twisted says of a host that does not resolve
REDACTED = "<address>"
_ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
_TELL_NOTHING_OF_DATA = (TypeError, AttributeError, NameError, ImportError, NotImplementedError)
_SILENT = ("twisted",)  # names hosts that could not be resolved, at CRITICAL


class QuietRecord(logging.LogRecord):
    """A log record without addresses. Of exceptions it tells the type and where, since their text may hold anything."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.msg = _type_if_exception(self.msg)
        if isinstance(self.args, Mapping):
            self.args = {name: _type_if_exception(each) for name, each in self.args.items()}
        elif self.args:
            self.args = tuple(_type_if_exception(each) for each in self.args)
        if self.exc_info and self.exc_info[0] is not None:
            self.exc_text = _where(self.exc_info)

    def getMessage(self) -> str:  # noqa: N802  logging's name
        if self.name.partition(".")[0] in _SILENT:
            return "said something that may name a host"
        return redact(super().getMessage())


def keep_quiet() -> None:
    """Make every record of this process a quiet one, whatever logger, level or handler it goes through."""
    logging.setLogRecordFactory(QuietRecord)


def redact(text: str) -> str:
    return LOOKED_UP.sub(rf"\1 {REDACTED}", ADDRESS.sub(REDACTED, text))


def _type_if_exception(said: Any) -> Any:
    exception = said.value if isinstance(said, Failure) else said
    return type(exception).__name__ if isinstance(exception, BaseException) else said


def _where(exc_info: _ExcInfo) -> str:
    lines = []
    exception = exc_info[1]
    while exception is not None:
        frames = traceback.extract_tb(exception.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        says = f": {redact(str(exception))}" if isinstance(exception, _TELL_NOTHING_OF_DATA) else ""
        lines.append(f"{type(exception).__name__}{says}")
        exception = exception.__cause__ or exception.__context__
    return "\n".join(lines)


class QuietLogFormatter(LogFormatter):
    """Say what happened to items and requests with ids and reason codes only."""

    def crawled(self, request: Request, response: Response, spider: Spider) -> LogFormatterResult:
        return _line(logging.DEBUG, "answered %(status)s for %(page)s", status=response.status, page=_page(request))

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:
        return _line(logging.DEBUG, "stored %(item)s", item=item)

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        why = str(exception) if isinstance(exception, NotKept) else type(exception).__name__
        return _line(logging.DEBUG, "not kept: %(why)s", why=why)

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        return _line(logging.ERROR, "broke off at %(item)s: %(why)s", item=item, why=type(exception).__name__)

    def spider_error(
        self, failure: Failure, request: Request, response: Response | Failure, spider: Spider
    ) -> LogFormatterResult:
        why = type(failure.value).__name__
        return _line(logging.ERROR, "broke off at %(page)s: %(why)s", page=_page(request), why=why)

    def download_error(
        self, failure: Failure, request: Request, spider: Spider, errmsg: str | None = None
    ) -> LogFormatterResult:
        why = type(failure.value).__name__
        return _line(logging.INFO, "could not read %(page)s: %(why)s", page=_page(request), why=why)


def _line(level: int, message: str, **arguments: object) -> LogFormatterResult:
    return {"level": level, "msg": message, "args": arguments}


def _page(request: Request) -> str:
    page = request.meta.get("page_id")
    return f"page {page}" if page else "a picture or robots.txt"
