"""Do one work at a place and stop at one moment: `python -m tests.faults.driver SOCKET` forks a process for each."""

import faulthandler
import os
import signal
import socket
import sys
import threading
import traceback
from dataclasses import dataclass
from typing import Any, NoReturn

from tests.faults.channel import Channel
from tests.faults.moments import Moments
from tests.faults.place import Place
from tests.faults.works import WORKS


@dataclass(kw_only=True)
class Stop:
    """Where to stop, and at which of its comings; after it nothing stops any more."""

    channel: Channel
    moment: str | None
    nth: int
    trace: bool
    seen: int = 0

    def reached(self, moment: str) -> None:
        if self.trace:
            self.channel.say(passed=moment)
        if moment == self.moment:
            self.seen += 1
            if self.seen == self.nth:
                self.channel.say(at=moment, thread=threading.get_native_id())
                self.channel.hear()


def serve(address: str) -> NoReturn:
    """Fork for each connection: what takes long, the imports, is done once."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        while True:
            connection, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                _work(Channel(connection))
                os._exit(0)
            connection.close()


def _work(channel: Channel) -> None:
    faulthandler.enable()
    plan = channel.hear() or {}
    channel.say(pid=os.getpid())
    channel.hear()
    place = Place(**plan["place"])
    os.environ |= place.environment
    stop = Stop(channel=channel, moment=plan["moment"], nth=plan["nth"], trace=plan["trace"])
    moments = Moments(stop.reached)
    moments.install()
    try:
        WORKS[plan["work"]](place, lambda pair_id: channel.say(stored=pair_id))
    except BaseException as error:  # noqa: BLE001 - told to the test, which knows whether it had to be
        channel.say(failed=_described(error))
    else:
        channel.say(done=True)


def _described(error: BaseException) -> dict[str, Any]:
    return {"type": type(error).__name__, "trace": "".join(traceback.format_exception(error))[-4000:]}


if __name__ == "__main__":
    serve(sys.argv[1])
