"""Write the log for programs: one JSON object a line, each with the run that it belongs to."""

import logging
from datetime import UTC, datetime

import msgspec
from scrapy.settings import BaseSettings, Settings
from scrapy.utils.log import get_scrapy_root_handler


class JsonLines(logging.Formatter):
    """The run is None until it is open. Lines are as quiet as the records that they are made of."""

    def __init__(self, run_id: str | None = None) -> None:
        super().__init__()
        self._run_id = run_id

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "logger": record.name,
            "run": self._run_id,
            "message": record.getMessage(),
        }
        if record.exc_text:  # where it came from; never what the exception itself would print
            said["exception"] = record.exc_text
        return msgspec.json.encode(said).decode()


def speak_json(settings: Settings) -> None:
    """Have the log of this process be JSON from its first line on if `LOG_JSON` says so: call it before Scrapy logs.

    Scrapy would put a handler of its own in the place of one that it knows of.
    """
    if not settings.getbool("LOG_JSON"):
        return
    handler: logging.Handler = logging.StreamHandler()
    if (file := settings.get("LOG_FILE")) is not None:
        mode = "a" if settings.getbool("LOG_FILE_APPEND") else "w"
        handler = logging.FileHandler(file, mode=mode, encoding=settings.get("LOG_ENCODING"))
    handler.setLevel(settings.get("LOG_LEVEL"))
    handler.setFormatter(JsonLines())
    logging.root.addHandler(handler)
    logging.root.setLevel(logging.NOTSET)
    settings.set("LOG_INSTALL_ROOT_HANDLER", value=False, priority="cmdline")


def name_run(settings: BaseSettings, run_id: str) -> None:
    """Have all that follows name this run, if `LOG_JSON` says so; under `scrapy crawl` what came before is plain."""
    if settings.getbool("LOG_JSON"):
        for handler in logging.root.handlers:
            if isinstance(handler.formatter, JsonLines) or handler is get_scrapy_root_handler():
                handler.setFormatter(JsonLines(run_id))
