"""Name the exit codes, and the errors that leave with one of them."""

from enum import IntEnum

import click


class ExitCode(IntEnum):
    """What a shell or a scheduler may rely on."""

    DONE = 0
    """Done."""
    FOUND = 1
    """Done, and the answer is no, or something was found wrong."""
    USAGE = 2
    """Wrong usage."""
    NOT_READY = 3
    """Not ready: the message says what to type next."""
    BROKE_OFF = 4
    """The run broke off."""


class Stop(click.ClickException):
    """Leave with one or two lines on standard error and an exit code; no traceback."""

    def __init__(self, message: str, code: ExitCode) -> None:
        super().__init__(message)
        self.exit_code = code


def not_ready(message: str) -> Stop:
    return Stop(message, ExitCode.NOT_READY)


def not_found(message: str) -> Stop:
    return Stop(message, ExitCode.FOUND)
