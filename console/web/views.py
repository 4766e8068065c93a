"""Answer each address with a page: what is asked of the records, and by which template it is shown."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from console.doctor import Check
from console.reasons import known_reasons
from console.web.counted import by_filter, counted, funnel, kept_shares
from console.web.list_views import ListViews
from console.web.metrics import Metrics
from console.web.probes import Probes
from console.web.review_views import ReviewViews
from console.web.run_views import RunViews
from console.web.searched import place_of
from console.web.templates import shown
from filters.indexes.hosts import NotAHost
from storage.database import Database
from storage.host_counts import HostCounts, host_counts
from storage.ledger import Ledger
from storage.objects import ObjectStore
from storage.overview import overview
from storage.pairs import newest_pairs
from storage.reviews import Reviews
from storage.runs import Runs
from storage.shown_pictures import NotShown, shown_picture
from storage.sightings import newest_refusals
from storage.trail_parts import Trail
from storage.trails import trail_of_host, trail_of_image, trail_of_pair, trail_of_url

_AT_ONCE: Final = 50
_OF_A_TRAIL: Final = 50
_RUNS_AT_FIRST: Final = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Views:
    """Every view of one installation; only forms, which know who sends them, change anything."""

    db: Database
    ledger: Ledger
    objects: Callable[[], ObjectStore]
    """Opens them when a picture is asked for."""
    looks: Callable[[], Iterable[Check]]
    """What is ready for a crawl."""
    reviews: Reviews

    def routes(self) -> list[Route]:
        told: dict[str, Callable[[Request], Response]] = {
            "/": self.first,
            "/search": self.search,
            "/pairs": self.pairs,
            "/pairs/{pair}": self.pair,
            "/pairs/{pair}/picture": self.picture,
            "/images/{sha256}": self.image,
            "/hosts/{host}": self.host,
            "/urls": self.url,
            "/refusals": self.refusals,
            **RunViews(runs=self.runs).told(),
            **ListViews.of(self.db, self.ledger).told(),
            **Probes(metrics=Metrics(db=self.db, ledger=self.ledger), looks=self.looks).told(),
        }
        reading = [Route(path, view, methods=["GET"]) for path, view in told.items()]
        return [*reading, *ReviewViews(reviews=self.reviews).routes()]

    @property
    def runs(self) -> Runs:
        return Runs(self.db, self.ledger)

    def first(self, request: Request) -> Response:
        """What all runs decided, and the newest of them."""
        found, runs = overview(self.db), self.runs.newest(most=_RUNS_AT_FIRST).rows
        told = {"rows": counted(found.reasons), "filters": by_filter(found.reasons), "shares": kept_shares(runs)}
        return shown("first.html", overview=found, bars=funnel(found), runs=runs, told=told)

    def search(self, request: Request) -> Response:
        typed = request.query_params.get("q", "")
        place = place_of(typed, known_reasons())
        if place is None:
            raise HTTPException(404, "That is no pair, picture, run, reason, host or address.")
        return RedirectResponse(place, status_code=303)

    def pairs(self, request: Request) -> Response:
        host, older = request.query_params.get("host") or None, request.query_params.get("older", "")
        some = _on_host(newest_pairs, self.db, host=host, older=older, most=_AT_ONCE)
        return shown("pairs.html", some=some, host=host)

    def refusals(self, request: Request) -> Response:
        asked = {name: request.query_params.get(name) or None for name in ("reason", "run")}
        some = newest_refusals(self.db, older=request.query_params.get("older", ""), most=_AT_ONCE, **asked)
        return shown("refusals.html", some=some, asked_for=asked, reasons=sorted(known_reasons()))

    def pair(self, request: Request) -> Response:
        """Tell of a pair; its picture is shown only if that is asked for."""
        trail = trail_of_pair(self.db, request.path_params["pair"], most=_OF_A_TRAIL)
        return _trail(trail, with_picture=request.query_params.get("picture") == "shown")

    def picture(self, request: Request) -> Response:
        try:
            found = shown_picture(self.db, self.objects(), request.path_params["pair"])
        except NotShown as why:
            raise HTTPException(404, f"The picture is not shown: {why}.") from None
        return Response(found.body, media_type=found.media_type)

    def image(self, request: Request) -> Response:
        return _trail(trail_of_image(self.db, request.path_params["sha256"], most=_OF_A_TRAIL))

    def url(self, request: Request) -> Response:
        return _trail(trail_of_url(self.db, request.query_params.get("url", ""), most=_OF_A_TRAIL))

    def host(self, request: Request) -> Response:
        host = request.path_params["host"]
        trail = _on_host(trail_of_host, self.db, host, most=_OF_A_TRAIL)
        return _trail(trail, of_host=host_counts(self.db, host))


def _on_host(ask: Callable[..., Any], *about: Any, **named: Any) -> Any:
    try:
        return ask(*about, **named)
    except NotAHost:
        raise HTTPException(404, "That is not a host: write it like example.org.") from None


def _trail(trail: Trail, *, with_picture: bool = False, of_host: HostCounts | None = None) -> Response:
    if not trail.found:
        raise HTTPException(404, f"Nothing is recorded about this {trail.subject.kind}.")
    rows = [] if of_host is None else counted(of_host.reasons)
    return shown("trail.html", trail=trail, with_picture=with_picture, of_host=of_host, rows=rows)
