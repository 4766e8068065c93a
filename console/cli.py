"""Name the commands."""

import click

from console.audit import audit
from console.blocklist import blocklist
from console.calibrate import calibrate
from console.command import Noun
from console.crawl import crawl
from console.db import db
from console.doctor import doctor
from console.exchanges import connect, fetch
from console.hashlist import hashlist
from console.incidents import incidents
from console.models import models
from console.pairs import pairs
from console.refusals import refusals
from console.report import report
from console.rescan import rescan
from console.runs import runs
from console.sources import sources
from console.verify import verify
from console.withdraw import withdraw


@click.group(
    cls=Noun,
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


for each in (
    crawl,
    runs,
    report,
    pairs,
    refusals,
    blocklist,
    hashlist,
    sources,
    models,
    audit,
    incidents,
    withdraw,
    rescan,
    calibrate,
    verify,
    db,
    doctor,
):
    main.add_command(each)

hashlist.add_command(connect)
hashlist.add_command(fetch)
