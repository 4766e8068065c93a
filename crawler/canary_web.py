"""Answer requests for canaries in place of the web: one address for each picture and edit."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from crawler.hops import RecordHops
from crawler.networks import Networks
from crawler.worker_tasks import DrawRequest

Draw: TypeAlias = Callable[[DrawRequest], Awaitable[bytes]]


class CanaryWeb:
    """Stands where a fetch step has the downloader; `draw` makes the file in a worker.

    It answers from inside the first of the networks that the run may crawl, if there are any: there its lists count.
    """

    def __init__(self, draw: Draw, networks: Networks) -> None:
        self._draw = draw
        self._address = next((each.network_address for each in networks.allowed), None)
        self._hops = RecordHops()

    async def download(self, request: Request) -> Response:
        _, edit, number = urlsplit(request.url).path.split("/")
        body = await self._draw(DrawRequest(number=int(number), edit=edit))
        return self._hops.process_response(request, Response(request.url, body=body, ip_address=self._address))

    async def ask_ahead(self, url: str) -> None:
        """Nobody is asked what may be done with a canary."""
