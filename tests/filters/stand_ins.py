"""Name terms that mean nothing, in the place of those that do: real terms stand in no test."""

from typing import Final

from filters.indexes.terms import read_terms

MINOR: Final = "quimbo"
SEXUAL: Final = "zorblax"
NUDITY: Final = "vimtar"
YOUNG: Final = "wimlo"
"""As often an adult."""
HARMLESS: Final = f"{NUDITY} gate"
TERM_LIST: Final = (
    f"minor xx {MINOR}, quimb*\nsexual xx {SEXUAL}\nnudity xx {NUDITY}\nyoung xx {YOUNG}\nharmless xx {HARMLESS}\n"
)
TERMS: Final = read_terms(TERM_LIST)
