"""Write a page of tables and pictures that is one file, runs no program, and asks nobody for anything."""

import os
from collections.abc import Callable, Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Final, TypeVar

import click

from console.output import cell

Row = TypeVar("Row")

_STYLE: Final = """
:root { color-scheme: light; }
body { background: #fff; color: #1a1a1a; font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem;
  padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; } h3 { font-size: 1rem; }
figure { margin: 1rem 0; } figcaption { color: #444; }
svg { border: 1px solid #ccc; display: block; height: auto; max-width: 100%; min-width: 36rem; width: 40rem; }
svg text { fill: #1a1a1a; font: 12px system-ui, sans-serif; }
svg .name { font-weight: 600; }
svg .halo { paint-order: stroke; stroke: #fff; stroke-width: 3px; }
svg .grid { stroke: #ddd; } svg .mark { stroke: #1a1a1a; stroke-dasharray: 4 3; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; margin: 0.5rem 0; }
caption { color: #444; text-align: left; } th, td { border-bottom: 1px solid #ccc; padding: 0.2rem 0.8rem 0.2rem 0; }
td:last-child { min-width: 9rem; }
th { text-align: left; vertical-align: bottom; } .number { text-align: right; white-space: nowrap; }
summary { cursor: pointer; }
code { background: #f2f2f2; overflow-wrap: anywhere; padding: 0.1rem 0.3rem; }
"""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def _in_a_folder(ctx: click.Context, option: click.Parameter, given: Path | None) -> Path | None:
    """Said before the work is done that the page is about."""
    if given is not None and not (given.parent.is_dir() and os.access(given.parent, os.W_OK)):
        raise click.BadParameter(f"there is no folder {given.parent} that can be written to")
    return given


html_option = click.option(
    "--html",
    "html_file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    callback=_in_a_folder,
    help="Write it as a page with pictures.",
)


def page(title: str, parts: Iterable[str]) -> str:
    """Return a whole page; the parts are HTML already."""
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n"
        + "\n".join(parts)
        + "\n</main>\n</body>\n</html>\n"
    )


def heading(words: str, level: int = 2) -> str:
    return f"<h{level}>{escape(words)}</h{level}>"


def paragraph(words: str) -> str:
    return f"<p>{escape(words)}</p>"


def command(line: str) -> str:
    """Return what can be typed."""
    return f"<p><code>{escape(line)}</code></p>"


def figure(picture: str, says: str, numbers: str = "") -> str:
    """Return a picture, the words below it, and its numbers as a table that can be opened."""
    shown = f"<details><summary>The numbers</summary>{numbers}</details>" if numbers else ""
    # on a narrow screen it is moved sideways: made as narrow, its words could not be read
    return f'<figure><div class="wide">{picture}</div><figcaption>{escape(says)}</figcaption></figure>{shown}'


def listed(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(each)}</li>' for each in items)}</ul>"


def html_table(caption: str, rows: Iterable[Row], columns: Mapping[str, Callable[[Row], object]]) -> str:
    """Return a table with its caption; what the cells say is escaped, and shown as on a terminal."""
    body = "".join(f"<tr>{''.join(_cell(cell(read(each))) for read in columns.values())}</tr>" for each in rows)
    titles = "".join(f'<th scope="col">{escape(each)}</th>' for each in columns)
    return (
        f'<div class="wide"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def save(path: Path, text: str) -> None:
    """Write the page for its owner alone: hosts and counts of a run are nobody else's."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _cell(shown: str) -> str:
    """Numbers, and intervals of them, stand to the right; so a column of them can be read."""
    is_number = shown.lstrip("-")[:1].isdigit() and (shown[-1].isdigit() or shown.endswith("%"))
    number = ' class="number"' if is_number else ""
    return f"<td{number}>{escape(shown)}</td>"
