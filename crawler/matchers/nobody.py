"""Ask no service elsewhere: for pictures that nobody but this run is to be shown."""

from filters.facts import Picture, RemoteAnswer


class Nobody:
    """Stands where the matchers of a run do (`crawler.inspection.Matchers`)."""

    names: tuple[str, ...] = ()

    async def ask(self, body: bytes, picture: Picture) -> tuple[RemoteAnswer, ...]:
        return ()
