"""Name the formats of hash lists."""

from enum import StrEnum


class HashFormat(StrEnum):
    """Formats of hash lists; the value is what `--format` takes."""

    HEX = "hex"
    LOCAL_FILE = "threatexchange-local"
    THREATEXCHANGE_CSV = "threatexchange-csv"
    CSV = "csv"
    VICS = "vics"
    NCMEC = "ncmec"
    STOPNCII = "stopncii"
