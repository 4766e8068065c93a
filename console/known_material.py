"""Load the lists of known material as a crawl that starts now would rely on them."""

from datetime import timedelta

from console.workplace import Workplace
from filters.indexes.known_material import KnownMaterial
from filters.indexes.list_policy import MOST_HOURS


def known_material(workplace: Workplace) -> KnownMaterial:
    configuration = workplace.configuration
    return workplace.hash_lists.load(
        configuration.names("ALLOW_NETWORKS"),
        provisional=False,
        max_age=timedelta(hours=configuration.number("HASH_LIST_MAX_AGE_HOURS", most=MOST_HOURS)),
    )
