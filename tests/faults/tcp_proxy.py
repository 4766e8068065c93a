"""Stand between a client and a server on loopback, and let the network between them fail."""

import selectors
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeAlias

Address: TypeAlias = tuple[str, int] | str
"""Of TCP, or the path of a socket file."""
_CHUNK = 65_536


@dataclass(eq=False)
class TcpProxy:
    """Carries bytes in both directions until it is told to fail."""

    target: Address
    listening: socket.socket = field(init=False)
    _waker: tuple[socket.socket, socket.socket] = field(init=False)
    _peers: dict[socket.socket, socket.socket] = field(default_factory=dict)
    _clients: set[socket.socket] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _hangs: bool = False
    _refuses: bool = False
    _swallows: bool = False
    _left: int | None = None
    _ended: bool = False

    def __post_init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self._waker = socket.socketpair()

    @property
    def port(self) -> int:
        return int(self.listening.getsockname()[1])

    def heal(self) -> None:
        """Carry everything again; connections that stood still are broken, as nobody waits for them any more."""
        stood_still = self._hangs
        self._hangs = self._refuses = self._swallows = False
        self._left = None
        if stood_still:
            self._break_all()
        self._wake()

    def reset(self) -> None:
        """Break all connections with RST, and each new one as soon as it is made."""
        self._refuses = True
        self._break_all()
        self._wake()

    def hang(self) -> None:
        """Carry nothing more in either direction, and say nothing of it."""
        self._hangs = True
        self._wake()

    def swallow_answers(self) -> None:
        """Carry what the client says; of what the server answers, nothing: both connections break instead."""
        self._swallows = True

    def cut_after(self, sent: int) -> None:
        """Carry so many bytes of what the client says from now on, and break all connections then."""
        self._left = sent

    def run(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self.listening, selectors.EVENT_READ)
            selector.register(self._waker[0], selectors.EVENT_READ)
            while not self._ended:
                self._follow(selector)
                for key, _ in selector.select():
                    found = key.fileobj
                    assert isinstance(found, socket.socket)
                    self._serve(found)
        self._break_all()
        self.listening.close()

    def end(self) -> None:
        self._ended = True
        self._wake()

    def _follow(self, selector: selectors.BaseSelector) -> None:
        """Listen to exactly those that are to be heard; none of them is closed meanwhile."""
        with self._lock:
            wanted = set() if self._hangs else set(self._peers)
            known = {key.fileobj: key.fd for key in selector.get_map().values()}
            for each, number in known.items():
                if each not in wanted and each not in (self.listening, self._waker[0]):
                    selector.unregister(number)
            for each in wanted - set(known):
                selector.register(each, selectors.EVENT_READ)

    def _serve(self, ready: socket.socket) -> None:
        if ready is self._waker[0]:
            ready.recv(_CHUNK)
        elif ready is self.listening:
            self._accept()
        elif not self._hangs:
            self._carry(ready)

    def _accept(self) -> None:
        client, _ = self.listening.accept()
        if self._refuses:
            _reset(client)
            return
        server = socket.socket(socket.AF_UNIX if isinstance(self.target, str) else socket.AF_INET)
        try:
            server.connect(self.target)
        except OSError:
            server.close()
            _reset(client)
            return
        with self._lock:
            self._clients.add(client)
            self._peers |= {client: server, server: client}

    def _carry(self, ready: socket.socket) -> None:
        peer = self._peers.get(ready)
        if peer is None:
            return
        from_client = ready in self._clients
        try:
            content = ready.recv(_CHUNK)
            if content and not from_client and self._swallows:
                content = b""
            if content and from_client and self._left is not None:
                content, self._left = content[: self._left], self._left - len(content)
            if content:
                peer.sendall(content)
        except OSError:
            content = b""
        if not content or (self._left is not None and self._left < 0):
            self._break(ready, peer)

    def _break(self, *pair: socket.socket) -> None:
        with self._lock:
            for each in pair:
                self._peers.pop(each, None)
                self._clients.discard(each)
                _reset(each)

    def _break_all(self) -> None:
        with self._lock:
            pairs = list(self._peers)
        self._break(*pairs)

    def _wake(self) -> None:
        with suppress(OSError):
            self._waker[1].send(b"\0")


@contextmanager
def tcp_proxy(target: Address) -> Iterator[TcpProxy]:
    proxy = TcpProxy(target)
    thread = threading.Thread(target=proxy.run, name="proxy", daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.end()
        thread.join()
        for each in proxy._waker:
            each.close()


def _reset(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
