"""Show what waits for somebody to decide, and take what they decide; no picture and no caption is shown."""

from dataclasses import dataclass
from itertools import islice
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.review_story import growth_line, item_lines
from console.web.acting import Act, done
from console.web.addresses import of
from console.web.callers import caller_of, form_token
from console.web.forms import Form
from console.web.templates import shown
from storage.errors import NotAllowed, NothingToReview
from storage.reviews import UNDECIDED, ReviewItem, Reviews

_AT_ONCE: Final = 50
_ANSWERS: Final = {"accept": True, "refuse": False}


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewViews:
    reviews: Reviews

    def routes(self) -> list[Route]:
        return [
            Route("/review", self.waiting, methods=["GET"]),
            Route("/review/{sighting}", self.one, methods=["GET"]),
            Act("/review/{sighting}", self.decide, fields=("answer", "why")),
        ]

    def waiting(self, request: Request) -> Response:
        after = request.query_params.get("after", "")
        found = list(islice(self.reviews.waiting(after=after), _AT_ONCE + 1))
        some, more = found[:_AT_ONCE], len(found) > _AT_ONCE
        next_ = some[-1].sighting_id if more else None
        return shown("review.html", some=some, next=next_, growth=growth_line(self.reviews.growth()))

    def one(self, request: Request) -> Response:
        try:
            item = self.reviews.show(request.path_params["sighting"])
        except NothingToReview as why:
            raise HTTPException(404, f"{why}.") from None
        return shown("decide.html", item=item, lines=list(item_lines(item)), token=_token(request, item))

    def decide(self, request: Request, form: Form) -> Response:
        """In the name of who asks."""
        sighting, why = request.path_params["sighting"], form["why"].strip()
        if form["answer"] not in _ANSWERS or not why:
            raise HTTPException(400, "Nothing was done: give an answer and a reason.")
        try:
            by = caller_of(request).name
            self.reviews.decide(sighting, accept=_ANSWERS[form["answer"]], by=by, why=why)
        except NothingToReview as error:
            raise HTTPException(404, f"Nothing was done: {error}.") from None
        except NotAllowed as error:
            raise HTTPException(409, f"Nothing was done: {error}.") from None
        return done(of("review", sighting))


def _token(request: Request, item: ReviewItem) -> str | None:
    """Return None where there is nothing to decide any more: no form is shown."""
    return form_token(request) if item.state in UNDECIDED else None
