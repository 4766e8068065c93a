"""Take the safety officer's private key from a file or the environment; write a new one."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec

import click

from console.exit_code import NothingReady, WrongUsage
from storage.incidents import PRIVATE_KEY_VARIABLE

P = ParamSpec("P")


def key_option(function: Callable[P, None]) -> Callable[P, None]:
    """Add `--key FILE`; without it the environment may hold the key."""
    path = click.Path(exists=True, dir_okay=False, path_type=Path)
    return click.option(
        "--key",
        "private_key",
        type=path,
        callback=_read,
        metavar="FILE",
        help=f"Holds the private key; or set {PRIVATE_KEY_VARIABLE}.",
    )(function)


def required(private_key: str | None) -> str:
    if private_key is None:
        raise NothingReady(f"only the private key opens it; type: --key FILE, or export {PRIVATE_KEY_VARIABLE}=")
    return private_key


def write_new(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, durably, and never over another."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise WrongUsage(f"{path} cannot be written: {error.strerror}") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _read(ctx: click.Context, option: click.Parameter, path: Path | None) -> str | None:
    if path is None:
        return os.environ.get(PRIVATE_KEY_VARIABLE) or None
    if path.stat().st_mode & 0o077:
        raise NothingReady(f"{path} can be read by others; type: chmod 600 {path}")
    return path.read_text(encoding="ascii", errors="replace").strip()
