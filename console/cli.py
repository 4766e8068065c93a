"""Name the commands; each is loaded when it is typed: none waits for what the others need."""

from collections.abc import Mapping
from importlib import import_module
from typing import Final

import click

from console.command import Noun

NOUNS: Final[Mapping[str, str]] = {
    "crawl": "console.crawl",
    "runs": "console.runs",
    "report": "console.report",
    "pairs": "console.pairs",
    "refusals": "console.refusals",
    "blocklist": "console.blocklist",
    "hashlist": "console.exchanges",
    "sources": "console.sources",
    "models": "console.models",
    "audit": "console.audit",
    "web": "console.web.command",
    "review": "console.review",
    "incidents": "console.incidents",
    "withdraw": "console.withdraw",
    "rescan": "console.rescan",
    "calibrate": "console.calibrate",
    "verify": "console.verify",
    "db": "console.db",
    "doctor": "console.doctor",
}
"""Where each is. What an exchange has to do with `hashlist` is beside it."""


class Altsieve(Noun):
    """The nouns and verbs that stand first."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(NOUNS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name in NOUNS and name not in self.commands:
            self.add_command(getattr(import_module(NOUNS[name]), name))
        return super().get_command(ctx, name)


@click.group(
    cls=Altsieve,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    examples=[
        "altsieve db upgrade",
        "altsieve crawl https://example.org/ --max-pages 100",
        "altsieve pairs --json",
        "altsieve audit url https://example.org/",
    ],
)
@click.version_option(package_name="altsieve")
def main() -> None:
    """Crawl the web for image and text pairs, and judge every pair before anything is kept.

    Exit codes: 0 done; 1 done, and the answer is no or something was found wrong; 2 wrong usage; 3 not ready, and the
    message says what to type next; 4 the run broke off.
    """
