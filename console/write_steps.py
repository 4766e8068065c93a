"""Make the points of a transaction, of a put or deletion, and of a file that is written."""

from console.write_points import Inside, Point, Writes


def transaction(
    name: str, work: str, before: tuple[str, str], after: tuple[str, str], *, nth: int = 1, cut_off: bool = False
) -> tuple[Point, ...]:
    """Return the points of one transaction; with `cut_off` those inside its commit too."""
    rows: list[tuple[str, str, Inside | None, tuple[str, str]]] = [("before-commit", "before-commit", None, before)]
    if cut_off:
        log = "part of a transaction in the database's log, which counts for nothing"
        unknown = f"as after the commit, or as before it: {after[0]}, or {before[0]}"
        rows.append(
            ("half-written", "before-commit", Inside.HALF, (log, f"the database, when it is opened; {before[1]}"))
        )
        rows.append(("unanswered", "before-commit", Inside.UNANSWERED, (unknown, "whoever goes on asks the database")))
    rows.append(("after-commit", "after-commit", None, after))
    return tuple(
        Point(
            name=f"{name}.{end}",
            work=work,
            moment=f"{name}.{moment}",
            writes=Writes.DATABASE,
            leaves=leaves,
            then=then,
            nth=nth,
            inside=inside,
        )
        for end, moment, inside, (leaves, then) in rows
    )


def of_objects(
    name: str, leaves: str, then: str, *, moment: str, nth: int = 1, work: str = "crawl", inside: Inside | None = None
) -> Point:
    return Point(
        name=name,
        work=work,
        moment=moment,
        writes=Writes.OBJECTS,
        leaves=leaves,
        then=then,
        nth=nth,
        inside=inside,
    )


def of_files(
    name: str, work: str, leaves: str, then: str, *, moment: str, nth: int = 1, inside: Inside | None = None
) -> Point:
    return Point(
        name=name,
        work=work,
        moment=moment,
        writes=Writes.FILES,
        leaves=leaves,
        then=then,
        nth=nth,
        inside=inside,
    )
