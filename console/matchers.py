"""Try the remote matchers with a harmless picture of our own, as a crawl would ask them."""

import asyncio
from contextlib import closing

from console.configuration import Configuration
from console.demo.pictures import jpeg
from crawler.matchers.remote_matchers import RemoteMatchers
from filters.facts import RemoteAnswer
from filters.measure.picture import Limits, inspect


def tried(configuration: Configuration) -> tuple[RemoteAnswer, ...]:
    """Return what each matcher says of a drawn picture, which none can know; raise `NotReady` as a crawl would."""
    body = jpeg("lighthouse")
    with closing(RemoteMatchers.from_settings(configuration.values)) as matchers:
        picture = inspect(body, Limits()).picture if matchers.names else None
        return () if picture is None else asyncio.run(matchers.ask(body, picture))
