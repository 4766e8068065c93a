"""Write the pages of docs/ that are made from the code: `python -m console.docs`."""

import ast
import io
import tokenize
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import click

from console.cli import main as altsieve
from console.docs_blocklists import PAGE as BLOCKLISTS_PAGE
from console.docs_blocklists import blocklists_page
from console.docs_consent import PAGE as CONSENT_PAGE
from console.docs_consent import consent_page
from console.docs_durability import PAGE as DURABILITY_PAGE
from console.docs_durability import durability_page
from console.docs_filters import PAGE, filters_page
from console.docs_known_material import PAGE as KNOWN_MATERIAL_PAGE
from console.docs_known_material import known_material_page
from console.docs_limits import PAGE as LIMITS_PAGE
from console.docs_limits import limits_page
from console.docs_models import PAGE as MODELS_PAGE
from console.docs_models import models_page

ROOT: Final = Path(__file__).parent.parent
_WIDTH: Final = 100
_MADE: Final = "<!-- Made by `make docs`; a test fails if it is stale. -->"


def pages() -> Mapping[Path, str]:
    """Return each page by where it belongs."""
    base = ROOT / "settings" / "base.py"
    settings = settings_page(base.read_text())
    return {
        ROOT / "docs" / "cli.md": cli_page(),
        ROOT / "docs" / "settings.md": settings,
        PAGE: filters_page(),
        BLOCKLISTS_PAGE: blocklists_page(),
        CONSENT_PAGE: consent_page(),
        DURABILITY_PAGE: durability_page(),
        KNOWN_MATERIAL_PAGE: known_material_page(),
        LIMITS_PAGE: limits_page(),
        MODELS_PAGE: models_page(),
    }


def cli_page() -> str:
    intro = f"# The command line\n\n{_MADE}\n\nEvery command takes `--json` and `--help`.\n"
    return intro + "".join(
        f"\n## {name}\n\n```text\n{text}```\n" for name, text in _help_of("altsieve", altsieve, None)
    )


def settings_page(source: str) -> str:
    """Return a table for each part of settings/base.py: name, default, and the comment behind it."""
    intro = (
        f"# Settings\n\n{_MADE}\n\nDefaults of `settings/base.py`. `-s NAME=VALUE` and the environment variable "
        "`ALTSIEVE_<NAME>` override them; a list is given with commas.\n"
    )
    return intro + "".join(_rows(source))


def _help_of(path: str, command: click.Command, parent: click.Context | None) -> Iterator[tuple[str, str]]:
    helps = altsieve.context_settings["help_option_names"]
    context = click.Context(command, parent, path.split()[-1], terminal_width=_WIDTH, help_option_names=helps)
    yield path, command.get_help(context).rstrip() + "\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            if (verb := command.get_command(context, name)) is not None:
                yield from _help_of(f"{path} {name}", verb, context)


def _rows(source: str) -> Iterator[str]:
    comments = _comments(source)
    section_of = sorted(line for line, (_, alone) in comments.items() if alone)
    last = 0
    for statement in ast.parse(source).body:
        name = _assigned(statement)
        if name is None:
            continue
        section = next((line for line in section_of if last < line < statement.lineno), None)
        if last == 0 or section is not None:
            title = comments[section][0] if section is not None else "The flow"
            yield f"\n## {title.rstrip('.')}\n\n| setting | default | |\n|---|---|---|\n"
        last = statement.end_lineno or statement.lineno
        text, alone = comments.get(last, ("", False))
        yield f"| `{name}` | {_default(statement)} | {'' if alone else text} |\n"


def _assigned(statement: ast.stmt) -> str | None:
    target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
    return target.id if isinstance(target, ast.Name) and target.id.isupper() else None


def _default(statement: ast.stmt) -> str:
    value = getattr(statement, "value", None)
    if isinstance(value, (ast.Dict, ast.List)) and value.end_lineno != value.lineno:
        return "see the file"
    text = "none" if value is None or ast.unparse(value) in ("None", "[]") else ast.unparse(value)
    return text if text == "none" else f"`{text}`"


def _comments(source: str) -> Mapping[int, tuple[str, bool]]:
    """Return the comment of each line, and whether it stands alone there."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: (token.string.lstrip("# "), token.line.lstrip().startswith("#"))
        for token in tokens
        if token.type == tokenize.COMMENT
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text)
