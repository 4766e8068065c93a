"""Hold the table of the demo web: every picture of every page, and what must become of it."""

from typing import Final

from console.demo.case import Case
from console.demo.kept import KEPT
from console.demo.known import KNOWN_CASES
from console.demo.owners import OWNER_CASES
from console.demo.refused import ADDRESS_CASES, CAPTION_CASES, FILE_CASES, SERVER_CASES
from console.demo.repeated import FLOOD_CASES, MOTTO_CASES, TWICE

CASES: Final[tuple[Case, ...]] = (
    *KEPT,
    *CAPTION_CASES,
    *ADDRESS_CASES,
    *OWNER_CASES,
    *FILE_CASES,
    *SERVER_CASES,
    *TWICE,
    *FLOOD_CASES,
    *MOTTO_CASES,
    *KNOWN_CASES,
)
