"""Listen on loopback, and answer without a log of what was asked."""

import socket

import uvicorn
from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"
_MOST_AT_ONCE = 100


def listening(port: int) -> socket.socket:
    """Return a socket on loopback; of 0 the system chooses the port. Raise `OSError` if it is taken."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((LOOPBACK, port))
        found.listen()
    except OSError:
        found.close()
        raise
    return found


def server(app: ASGIApp) -> uvicorn.Server:
    """Nothing is logged: an address that was asked for, and the text of an error, may name what was refused."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            access_log=False,
            date_header=False,
            http="h11",
            lifespan="off",
            limit_concurrency=_MOST_AT_ONCE,
            log_config=None,
            log_level="critical",
            proxy_headers=False,
            server_header=False,
            ws="none",
        )
    )
