"""Show and change what a list of known material is read by."""

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

import click

from console.command import Verb, at_work, by_option
from console.exit_code import WrongUsage
from console.list_revision import revision_lines
from console.printable import printable
from console.workplace import Workplace
from filters.indexes.list_policy import ACTIONS, DISTANCE_BITS, MOST_BITS, ListPolicy
from storage.list_manifests import public_key_of

_OPTIONS: Final = {
    "action": click.option("--action", type=click.Choice(ACTIONS), help="Suspect: refused like the rest, never due."),
    "pdq_bits": click.option(
        "--pdq-bits", type=click.IntRange(0, MOST_BITS), help="How far a PDQ hash may be; 31 if nobody says it."
    ),
    "phash16_bits": click.option(
        "--phash16-bits", type=click.IntRange(0, MOST_BITS), help="How far a pHash-16 may be; likewise."
    ),
    "max_age_hours": click.option(
        "--max-age-hours", type=click.FloatRange(0, min_open=True), help="How old the list may become."
    ),
    "max_shrink": click.option(
        "--max-shrink", type=click.FloatRange(0, 1), help="Share of it that one import may take off."
    ),
    "severity_scheme": click.option(
        "--severity-scheme", metavar="NAME", help="Whose labels its severities are; kept with them."
    ),
    "needs_incident_key": click.option(
        "--needs-incident-key/--no-incident-key", default=None, help="Crawl only with INCIDENT_PUBLIC_KEY set."
    ),
    "signed_by": click.option("--signed-by", metavar="KEY", help="Its source's Ed25519 key: hex, or a PEM file."),
}


def policy_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add an option for each field of a policy, and hand those that were given over as `policy`."""

    @functools.wraps(function)
    def with_policy(*positional: Any, **named: Any) -> None:
        said = {name: named.pop(name) for name in _OPTIONS}
        function(*positional, **named | {"policy": _given(said)})

    for option in reversed(_OPTIONS.values()):
        with_policy = option(with_policy)
    return with_policy


@click.command(
    "policy",
    cls=Verb,
    examples=[
        "altsieve hashlist policy partner",
        "altsieve hashlist policy partner --action suspect --why 'entries are not verified yet'",
        "altsieve hashlist policy partner --pdq-bits 20 --max-age-hours 24 --why 'false matches'",
    ],
)
@click.argument("name", metavar="LIST")
@policy_options
@click.option("--default", "defaults", multiple=True, metavar="FIELD", help="Say nothing of a field any more.")
@click.option("--why", metavar="TEXT", help="The reason; it is kept. Needed to change anything.")
@by_option
@at_work
def policy_(
    workplace: Workplace,
    name: str,
    policy: Mapping[str, Any],
    defaults: tuple[str, ...],
    why: str | None,
    by: str,
) -> None:
    """Show what a match with a list means, or change it.

    A change is a revision of the same entries, which get no younger by it. What tightens counts from now on, also in a
    crawl that is running; what loosens counts from the next run.
    """
    given = {**policy, **_defaults(defaults)}
    if given:
        _change(workplace, name, given, why, by)
        return
    shown = workplace.hash_lists.policy(name)
    workplace.output.record(asdict(shown), _lines(shown))


def _change(workplace: Workplace, name: str, given: Mapping[str, Any], why: str | None, by: str) -> None:
    if why is None or not why.strip():
        raise WrongUsage("a change of a policy needs a reason: --why TEXT")
    revision = workplace.hash_lists.set_policy(name, given, why=why.strip(), by=by)
    there = f"that is the policy of list {printable(name)} already"
    workplace.output.record({"revision": revision}, [there] if revision is None else revision_lines(revision))


def _given(said: Mapping[str, Any]) -> Mapping[str, Any]:
    given = {name: value for name, value in said.items() if value is not None}
    return given | {"signed_by": public_key_of(given["signed_by"])} if "signed_by" in given else given


def _defaults(names: tuple[str, ...]) -> Mapping[str, Any]:
    default = asdict(ListPolicy())
    fields = [each.replace("-", "_") for each in names]
    unknown = [each for each in fields if each not in _OPTIONS]
    if unknown:
        raise WrongUsage(f"--default is one of {', '.join(each.replace('_', '-') for each in _OPTIONS)}")
    return {each: default[each] for each in fields}


def _lines(policy: ListPolicy) -> Iterator[str]:
    for name, value in asdict(policy).items():
        yield f"{name.replace('_', '-')}: {_words(policy, name, value)}"


def _words(policy: ListPolicy, name: str, value: object) -> str:
    if value is None and (type_name := name.removesuffix("_bits")) in DISTANCE_BITS:
        return str(policy.needed(type_name))
    if value is None:
        return _SILENT.get(name, "none")
    return printable(str(value)) if not isinstance(value, bool) else ("yes" if value else "no")


_SILENT: Final = {"max_age_hours": "HASH_LIST_MAX_AGE_HOURS", "max_shrink": "HASHLIST_MAX_SHRINK"}
