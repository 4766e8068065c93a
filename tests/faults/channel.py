"""Talk over a socket in lines of JSON: what a driven process does, and whether it may go on."""

import json
import os
import socket
import struct
import threading
from typing import Any


class Channel:
    """One end. A process that is killed leaves what it has said: it is read to the last line.

    It is sent by `send` and waited for by `read`, and never by `write`: a test lets calls fail by their names.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._sending = threading.Lock()
        self._rest = b""

    def be_patient(self, patience_s: int) -> None:
        """Raise `TimeoutError` once the other end has said nothing for so long."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", patience_s, 0))

    def say(self, **what: Any) -> None:
        with self._sending:
            self._connection.sendall(json.dumps(what).encode() + b"\n")

    def hear(self) -> dict[str, Any] | None:
        """Wait for the next line; None if the other end is gone."""
        while b"\n" not in self._rest:
            try:
                more = os.read(self._connection.fileno(), 65_536)
            except ConnectionResetError:
                return None
            except BlockingIOError:
                raise TimeoutError("nothing was said for too long") from None
            if not more:
                return None
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\n")
        heard: dict[str, Any] = json.loads(line)
        return heard

    def close(self) -> None:
        self._connection.close()
