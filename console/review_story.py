"""Say how the queue of what is to be reviewed stands, and what becomes of an item."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from console.output import moment

if TYPE_CHECKING:
    from storage.reviews import Growth, ReviewItem


def growth_line(growth: "Growth") -> str:
    """Return it as one sentence."""
    total = growth.waiting.total()
    by_reason = ", ".join(f"{count} {reason}" for reason, count in sorted(growth.waiting.items()))
    waiting = f"{total} wait ({by_reason})" if total else "nothing waits"
    week = f"in 7 days {growth.came} came, {growth.decided} were decided, and {growth.expiring} will expire"
    return f"{waiting}; {week}{'; only the oldest were counted' if growth.is_cut_off else ''}"


def item_lines(item: "ReviewItem") -> Iterator[str]:
    """Say how it stands now, and what to type next."""
    for each in item.decisions:
        yield f"{moment(each.at)}  {each.step.partition('.')[2]} by {each.by or '-'}: {each.why or '-'}"
    yield _NEXT[item.state].format(run=item.run_id)


_NEXT = {
    "waiting": "it waits for somebody to decide",
    "awaits-another": "another person has to accept it as well",
    "accepted": "to have it fetched and judged again, type: altsieve crawl --retry {run}",
    "refused": "it stays refused",
    "expired": "nobody decided in time: it counts as refused",
}
