"""End an item's way through the pipeline when it is not kept."""

from scrapy.exceptions import DropItem


class NotKept(DropItem):
    """Carries an id and a reason code, nothing else: it reaches logs."""

    def __init__(self, item: object, reason: str) -> None:
        super().__init__(f"{item!r} {reason}", log_level="DEBUG")
        self.reason = reason
