"""Tell how a run was launched: by whom, with which arguments, settings, lists and code."""

import shlex
from collections.abc import Iterator, Mapping

from console.output import cell
from console.printable import printable
from storage.runs import RunSummary


def launched(run: RunSummary) -> Iterator[str]:
    """Yield the lines for people."""
    contact = f"contact {printable(run.contact)}" if run.contact else "no contact told"
    basis = f"legal basis: {printable(run.legal_basis)}" if run.legal_basis else "no legal basis told"
    yield f"  launched by {printable(run.operator)} with Altsieve {run.code_version}, {contact}, {basis}"
    yield f"  as          {printable(typed(run.arguments))}"
    yield f"  epoch       {run.epoch}"
    if run.policy_digest is not None:
        yield f"  policy      digest {run.policy_digest}, of the settings and the revisions below"
    yield f"  settings    digest {run.settings_digest}"
    width = max(map(len, run.settings), default=0)
    for name, value in sorted(run.settings.items()):
        yield f"    {name.upper():<{width}}  {_setting(value)}"
    yield "  filters, with the revision of their lists, models and thresholds at its start"
    for name, revision in run.revisions.items():
        yield f"    {name:<{width}}  {revision}"


def typed(arguments: Mapping[str, object]) -> str:
    """Return the command as it was typed; what was left out is not repeated."""
    return shlex.join(("altsieve", "crawl", *_words(arguments)))


def _words(arguments: Mapping[str, object]) -> Iterator[str]:
    seeds = arguments.get("seeds")
    yield from map(str, seeds if isinstance(seeds, list) else ())
    for name, value in arguments.items():
        if name == "seeds" or value is None or value is False or value == [] or (name, value) == ("spider", "pages"):
            continue
        flag = f"--{name.replace('_', '-')}"
        for each in value if isinstance(value, list) else [value]:
            yield from (flag,) if each is True else (flag, str(each))


def _setting(value: object) -> str:
    return printable(", ".join(map(str, value)) or "none") if isinstance(value, list) else cell(value)
