"""Answer those who watch: whether the page is served, whether a crawl could begin, and what Prometheus counts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from console.doctor import Check
from console.web.metrics import Metrics


@dataclass(frozen=True, kw_only=True, slots=True)
class Probes:
    """`looks` say what is ready for a crawl, as `altsieve doctor` does."""

    metrics: Metrics
    looks: Callable[[], Iterable[Check]]

    def told(self) -> dict[str, Callable[[Request], Response]]:
        return {"/health": self.health, "/ready": self.ready, "/metrics": self.counted}

    def health(self, request: Request) -> Response:
        """Say that the server answers; nothing else is asked."""
        return PlainTextResponse("ok\n")

    def ready(self, request: Request) -> Response:
        """Say with status 503 that a crawl could not begin, or that something is left undone, and what to type."""
        found = list(self.looks())
        ready = all(each.ready and not each.wrong for each in found)
        checks = [{"check": each.check, "ready": each.ready and not each.wrong, "found": each.found} for each in found]
        return JSONResponse({"ready": ready, "checks": checks}, status_code=200 if ready else 503)

    def counted(self, request: Request) -> Response:
        return Response(self.metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})
