"""Serve the audit to the browser of this machine."""

from contextlib import suppress
from functools import partial

import click

from console.command import Verb, at_work
from console.doctor import QUICK, checks
from console.exit_code import NothingReady
from console.web.application import application
from console.web.serving import LOOPBACK, listening, server
from console.web.views import Views
from console.workplace import Workplace


@click.command(cls=Verb, examples=["altsieve web", "altsieve web --port 8123"])
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any that is free.")
@at_work
def web(workplace: Workplace, port: int) -> None:
    """Show in a browser what was kept, what was not, and why.

    On this machine only: pairs, refusals, runs, lists, incidents by number, and the trail of a pair, picture, host or
    address. What waits for review can be decided there, in your name; nothing else is changed. /metrics is for
    Prometheus, /health and /ready for who watches over services.
    Ctrl-C ends it.
    """
    views = Views(
        db=workplace.database,
        ledger=workplace.ledger,
        objects=lambda: workplace.objects,
        looks=partial(checks, workplace, QUICK),
        reviews=workplace.reviews,
    )
    try:
        sockets = [listening(port)]
    except OSError as error:
        raise NothingReady(f"port {port} is not free ({error.strerror}); type: altsieve web --port 0") from error
    address = f"http://{LOOPBACK}:{sockets[0].getsockname()[1]}/"
    workplace.output.record({"url": address}, [f"{address} until Ctrl-C"])
    with suppress(KeyboardInterrupt):  # it has answered by then what was being asked
        server(application(views)).run(sockets=sockets)
