"""Say under which address each view is, so that a link to one stays good."""

from urllib.parse import quote, urlencode


def of(view: str, value: str) -> str:
    """Return where a view shows one thing, such as a pair."""
    return f"/{view}/{quote(value, safe='')}"


def asked(view: str, **filters: str | None) -> str:
    """Return where a list is shown with these filters; those that are None or empty are left out."""
    wanted = {name: value for name, value in filters.items() if value}
    return f"/{view}?{urlencode(wanted)}" if wanted else f"/{view}"
