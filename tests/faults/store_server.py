"""Run an S3 server that tests may kill and start again with what it has stored."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.storage.s3 import S3Server, became_ready, free_ports, server_process


@dataclass(kw_only=True)
class StoreServer:
    """It is at the same address whenever it runs."""

    server: S3Server
    folder: Path
    ports: Mapping[str, int]
    running: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        process = self.running.enter_context(server_process(self.folder, self.ports, self.server))
        if not became_ready(process, self.server):
            raise AssertionError("the S3 server does not start")

    def kill(self) -> None:
        self.running.close()


@contextmanager
def store_server() -> Iterator[StoreServer]:
    folder = Path(tempfile.mkdtemp(prefix="altsieve-faults-s3-"))
    ports = free_ports()
    server = S3Server(
        endpoint_url=f"http://127.0.0.1:{ports['s3.port']}",
        access_key=secrets.token_hex(10).upper(),
        secret_key=secrets.token_hex(20),
    )
    made = StoreServer(server=server, folder=folder, ports=ports)
    try:
        made.start()
        yield made
    finally:
        made.kill()
        shutil.rmtree(folder, ignore_errors=True)
