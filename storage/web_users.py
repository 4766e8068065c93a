"""Name what who asks the page may do."""

from enum import StrEnum


class Role(StrEnum):
    AUDITOR = "auditor"
    """Reads."""
    OPERATOR = "operator"
    """Reads and acts."""

    def covers(self, needed: "Role") -> bool:
        return self is Role.OPERATOR or self is needed
