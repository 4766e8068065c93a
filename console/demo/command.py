"""Run the `altsieve` command as a user would, in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Final

_ALTSIEVE: Final = (sys.executable, "-P", "-c", "from console.cli import main; main(prog_name='altsieve')")
Line = Mapping[str, Any]
"""One object that a command wrote as JSON."""


class Failed(RuntimeError):
    """A command that the demo needs did not end with exit code 0."""


def show(*arguments: str) -> None:
    """Run a command and let it talk to the terminal."""
    status = subprocess.run([*_ALTSIEVE, *arguments], check=False).returncode
    if status:
        raise Failed(f"altsieve {' '.join(arguments[:2])} ended with exit code {status}")


def ask(*arguments: str) -> list[Line]:
    """Run a command and return what it wrote with `--json`."""
    said = subprocess.run([*_ALTSIEVE, *arguments, "--json"], check=False, capture_output=True, text=True)
    if said.returncode:
        raise Failed(
            f"altsieve {' '.join(arguments[:2])} ended with exit code {said.returncode}: {said.stderr.strip()}"
        )
    return [json.loads(line) for line in said.stdout.splitlines()]
