"""Write the synthetic list anew: `python -m crawler.synthetic_list`, after a change of pictures or of the hasher."""

import csv
import hashlib

from crawler.canary_pictures import original
from filters.measure.picture import Limits, inspect
from storage.synthetic_list import SYNTHETIC_FILE, SYNTHETIC_PICTURES


def measured(number: int) -> tuple[tuple[str, str], ...]:
    """Return type and value of each hash that the list holds of a picture, as this version measures them."""
    body = original(number)
    picture = inspect(body, Limits()).picture
    if picture is None:
        raise RuntimeError(f"picture {number} could not be measured")
    view = picture.views[0]
    return ("sha256", hashlib.sha256(body).hexdigest()), ("pdq", view.pdq), ("phash16", view.phash16)


def main() -> None:
    with SYNTHETIC_FILE.open("w", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(("signal_type", "signal_str", "collab", "category", "tags"))
        for number in range(SYNTHETIC_PICTURES):
            rows.writerows((*each, "altsieve", "NEGATIVE_CLASS", f"picture-{number}") for each in measured(number))


if __name__ == "__main__":
    main()
