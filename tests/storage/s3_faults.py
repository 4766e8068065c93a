"""Say what can go wrong between a store and an S3 server, and what a real server does not show when asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a server says, whole."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


class Exchange(Protocol):
    """One request, which a fault may pass on or not, and answer or not."""

    def forward(self, *, altered: bool = False) -> Answer:
        """Ask the server; altered, with another byte at the start of the body."""
        ...

    def sent(self, header: str) -> str: ...

    def answer(self, answer: Answer, *, cut_at: int | None = None) -> None:
        """Send it; with `cut_at` say how long it is and send less."""
        ...

    def hang_up(self, *, reset: bool = False) -> None: ...

    def wait_until_let_go(self) -> None: ...


class Fault(Protocol):
    def play(self, exchange: Exchange) -> None: ...


@dataclass(frozen=True, slots=True)
class Says:
    """The server is not asked; an error of S3 is answered."""

    status: int
    code: str

    def play(self, exchange: Exchange) -> None:
        body = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{self.code}</Code><Message>no</Message></Error>'
        exchange.answer(Answer(status=self.status, headers=[("Content-Type", "application/xml")], body=body.encode()))


@dataclass(frozen=True, slots=True)
class SaysNothing:
    """The server is not asked; all is well, says an answer without a word."""

    def play(self, exchange: Exchange) -> None:
        exchange.answer(Answer(status=200, headers=[], body=b""))


@dataclass(frozen=True, slots=True)
class Refuses:
    """The server is not asked, and the connection is reset."""

    def play(self, exchange: Exchange) -> None:
        exchange.hang_up(reset=True)


@dataclass(frozen=True, slots=True)
class LosesAnswer:
    """The server does as asked, but nobody hears that it has."""

    def play(self, exchange: Exchange) -> None:
        exchange.forward()
        exchange.hang_up(reset=True)


@dataclass(frozen=True, slots=True)
class CutsBody:
    """The answer's body ends early: properly closed, or reset in the middle."""

    at: int
    reset: bool = False

    def play(self, exchange: Exchange) -> None:
        exchange.answer(exchange.forward(), cut_at=self.at)
        exchange.hang_up(reset=self.reset)


@dataclass(frozen=True, slots=True)
class Alters:
    """One byte of the answer's body is another one."""

    def play(self, exchange: Exchange) -> None:
        answer = exchange.forward()
        exchange.answer(Answer(status=answer.status, headers=answer.headers, body=altered_in_transit(answer.body)))


@dataclass(frozen=True, slots=True)
class AltersWhatIsSent:
    """One byte of the request's body is another one when the server gets it."""

    def play(self, exchange: Exchange) -> None:
        exchange.answer(exchange.forward(altered=True))


@dataclass(frozen=True, slots=True)
class Pretends:
    """A put is answered as if it had been done, under whatever condition."""

    def play(self, exchange: Exchange) -> None:
        checksum = "x-amz-checksum-sha256"
        exchange.answer(Answer(status=200, headers=[(checksum, exchange.sent(checksum))], body=b""))


@dataclass(frozen=True, slots=True)
class Drops:
    """The answer lacks some headers."""

    header: str

    def play(self, exchange: Exchange) -> None:
        answer = exchange.forward()
        kept = [(name, value) for name, value in answer.headers if name.lower() != self.header]
        exchange.answer(Answer(status=answer.status, headers=kept, body=answer.body))


@dataclass(frozen=True, slots=True)
class Holds:
    """The request is held back until `S3Proxy.let_go`, and then passed on, though nobody may wait for it any more."""

    def play(self, exchange: Exchange) -> None:
        exchange.wait_until_let_go()
        exchange.answer(exchange.forward())


def altered_in_transit(body: bytes) -> bytes:
    return bytes([body[0] ^ 1]) + body[1:]
