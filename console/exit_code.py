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
    """Leave with a line or two on standard error and an exit code; no traceback."""


class Found(Stop):
    exit_code = ExitCode.FOUND


class WrongUsage(Stop):
    exit_code = ExitCode.USAGE


class NothingReady(Stop):
    exit_code = ExitCode.NOT_READY


class BrokeOff(Stop):
    exit_code = ExitCode.BROKE_OFF


def stop(message: str, code: int) -> Stop:
    """Return what leaves with this code; a code that is none of ours is a run that broke off."""
    kinds: tuple[type[Stop], ...] = (Found, WrongUsage, NothingReady)
    return next((each for each in kinds if each.exit_code == code), BrokeOff)(message)
