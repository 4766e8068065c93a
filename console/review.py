"""Decide on what the filters were unsure about."""

from collections.abc import Callable, Mapping
from typing import Final

import click

from console.command import Noun, at_work, by_option, why_option
from console.exit_code import WrongUsage
from console.review_story import growth_line, item_lines
from console.workplace import Workplace
from storage.reviews import ReviewItem

_COLUMNS: Final[Mapping[str, Callable[[ReviewItem], object]]] = {
    "sighting": lambda each: each.sighting_id,
    "reason": lambda each: each.reason,
    "state": lambda each: each.state,
    "expires": lambda each: each.expires_at.date(),
    "page": lambda each: each.page_url,
    "picture": lambda each: each.image_url,
    "evidence": lambda each: each.evidence,
}
_ID: Final = "01a2090d-9f07-7889-ad09-dfd5b3763db4"


@click.group(
    cls=Noun,
    examples=["altsieve review list", f"altsieve review decide {_ID} --refuse --why 'not a language we collect'"],
)
def review() -> None:
    """What the filters were unsure about.

    Shown by what was recorded, never by the picture. Nothing of known material or safety is ever among it.
    """


@review.command("list", examples=["altsieve review list", "altsieve review list --json"])
@at_work
def list_(workplace: Workplace) -> None:
    """Show what waits for a decision; what expires next comes first."""
    growth = growth_line(workplace.reviews.growth())
    if workplace.output.rows(workplace.reviews.waiting(), _COLUMNS, empty=growth):
        workplace.output.text(growth)


@review.command(
    examples=[
        f"altsieve review decide {_ID} --accept --why 'there is a model for Swahili by now'",
        f"altsieve review decide {_ID} --refuse --why 'not a language we collect' --by ann",
    ]
)
@click.argument("id_", metavar="ID")
@click.option("--accept", is_flag=True, help="Have it fetched and judged again; no filter is overridden.")
@click.option("--refuse", is_flag=True, help="Leave it out.")
@why_option
@by_option
@at_work
def decide(workplace: Workplace, id_: str, accept: bool, refuse: bool, why: str, by: str) -> None:
    """Decide on one sighting.

    What is accepted, the next `altsieve crawl --retry` of its run fetches again, and all filters judge it anew. Of the
    reasons in REVIEW_TWO_PERSONS two persons have to accept.
    """
    if accept is refuse:
        raise WrongUsage("give either --accept or --refuse")
    item = workplace.reviews.decide(id_, accept=accept, by=by, why=why)
    workplace.output.record(item, item_lines(item))
