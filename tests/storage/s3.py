"""Start a real S3 server of the tests' own on loopback, and say where it is."""

import os
import random
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

PLAIN: Final = "altsieve-tests"
VERSIONED: Final = "altsieve-tests-versioned"
ENDPOINT_VARIABLE: Final = "ALTSIEVE_TEST_S3_ENDPOINT"
_PORTS: Final = (
    "s3.port",
    "s3.port.grpc",
    "master.port",
    "master.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "volume.port",
    "volume.port.grpc",
)
_ADDRESS: Final = "127.0.0.1"
_LOWEST_PORT: Final = 10_000
_HIGHEST_PORT: Final = 22_000  # with 10,000 more still below those that the system gives to outgoing connections
_ADMIN_GRPC: Final = 10_000  # added to the port of its administration by some of its parts, whatever they are told
_START_S: Final = 60.0
_POLL_S: Final = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class S3Server:
    """A server that runs, with an empty bucket and a versioned one."""

    endpoint_url: str
    access_key: str
    secret_key: str

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to use it: credentials as AWS names them, and none from elsewhere."""
        return {
            ENDPOINT_VARIABLE: self.endpoint_url,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_REGION": "us-east-1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def url(self, prefix: str, *, bucket: str = PLAIN, endpoint_url: str | None = None) -> str:
        """Return an OBJECTS_URL; another endpoint is that of a proxy in front of it."""
        return f"s3://{bucket}/{prefix}?endpoint_url={quote(endpoint_url or self.endpoint_url, safe='')}"

    def client(self) -> Any:
        """Return a client of boto3, for what a test does behind our back."""
        return _client(self)


def running_server(environment: Mapping[str, str] = os.environ) -> S3Server | None:
    """Return the server that an outer process has started and named in the environment."""
    if ENDPOINT_VARIABLE not in environment:
        return None
    return S3Server(
        endpoint_url=environment[ENDPOINT_VARIABLE],
        access_key=environment["AWS_ACCESS_KEY_ID"],
        secret_key=environment["AWS_SECRET_ACCESS_KEY"],
    )


@contextmanager
def shared_server() -> Iterator[S3Server]:
    """Use the server that an outer process has started, or start one and name it to this process and those within."""
    if (running := running_server()) is not None:
        yield running
        return
    with s3_server() as server, pytest.MonkeyPatch.context() as patch:
        for name, value in server.environment.items():
            patch.setenv(name, value)
        yield server


def new_prefix() -> str:
    """Return a prefix that no other test has."""
    return f"test-{secrets.token_hex(8)}"


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """Start one, ready to be used, and kill it at the end; its data go with it."""
    folder = Path(tempfile.mkdtemp(prefix="altsieve-s3-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield _started(folder, stack)


def _started(folder: Path, stack: ExitStack) -> S3Server:
    """Try again with other ports: between a look at a free one and its use somebody else may take it."""
    for attempt in range(3):
        ports = free_ports()
        server = S3Server(
            endpoint_url=f"http://{_ADDRESS}:{ports['s3.port']}",
            access_key=secrets.token_hex(10).upper(),
            secret_key=secrets.token_hex(20),
        )
        process = stack.enter_context(server_process(folder / str(attempt), ports, server))
        if became_ready(process, server):
            return server
    raise RuntimeError(f"the S3 server does not start: {_last_words(folder)}")


@contextmanager
def server_process(folder: Path, ports: Mapping[str, int], server: S3Server) -> Iterator[subprocess.Popen[bytes]]:
    """Run one until the block is left; what an earlier one has left in the folder is still there."""
    folder.mkdir(exist_ok=True)
    program = Path(sys.executable).parent / "weed"
    options = {
        "dir": folder,
        "ip": _ADDRESS,
        "ip.bind": _ADDRESS,
        "webdav": "false",
        "master.telemetry": "false",
        "admin.ui": "false",
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "s3.autoCreateBucket": "false",
        "s3.localSocket": folder / "s3.sock",
        "filer.localSocket": folder / "filer.sock",
        **ports,
    }
    command: list[str | Path] = [
        program,
        f"-logdir={folder}",
        "mini",
        *(f"-{name}={value}" for name, value in options.items()),
    ]
    if dies_with_us := shutil.which("setpriv"):
        command = [dies_with_us, "--pdeathsig=KILL", *command]
    environment = {**os.environ, **server.environment, "HOME": str(folder), "TMPDIR": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.kill()  # at once: nobody wants its data any more
        process.wait()
        for port in ports.values():
            for socket_file in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):  # noqa: S108 - where it puts them
                socket_file.unlink(missing_ok=True)


def free_ports() -> dict[str, int]:
    with ExitStack() as stack:
        admin = _held_pair(stack)
        return {
            **{name: _held_port(stack) for name in _PORTS},
            "admin.port": admin,
            "admin.port.grpc": admin + _ADMIN_GRPC,
        }


def _held_pair(stack: ExitStack) -> int:
    while True:
        port = _held_port(stack)
        with suppress(OSError):
            stack.enter_context(socket.socket()).bind((_ADDRESS, port + _ADMIN_GRPC))
            return port


def _held_port(stack: ExitStack) -> int:
    while True:
        port = random.randint(_LOWEST_PORT, _HIGHEST_PORT)  # noqa: S311 - to be rarely in another one's way
        with suppress(OSError):
            stack.enter_context(socket.socket()).bind((_ADDRESS, port))
            return port


def became_ready(process: subprocess.Popen[bytes], server: S3Server) -> bool:
    """It is when it makes buckets for our credentials: a server of somebody else would not."""
    client = server.client()
    until = time.monotonic() + _START_S
    while process.poll() is None and time.monotonic() < until:
        with suppress(ClientError, BotoCoreError):
            _make_buckets(client)
            return True
        time.sleep(_POLL_S)
    return False


def _make_buckets(client: Any) -> None:
    there = {each["Name"] for each in client.list_buckets()["Buckets"]}
    for bucket in {PLAIN, VERSIONED} - there:
        client.create_bucket(Bucket=bucket)
    client.put_bucket_versioning(Bucket=VERSIONED, VersioningConfiguration={"Status": "Enabled"})
    for bucket in (PLAIN, VERSIONED):  # the first object waits until the server has a volume for the bucket
        client.put_object(Bucket=bucket, Key="first", Body=b"1")


@cache
def _client(server: S3Server) -> Any:
    return boto3.session.Session().client(
        "s3",
        endpoint_url=server.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        config=Config(s3={"addressing_style": "path"}, retries={"mode": "standard", "total_max_attempts": 1}),
    )


def _last_words(folder: Path) -> str:
    return "".join(path.read_text(errors="replace")[-500:] for path in sorted(folder.glob("*/log")))
