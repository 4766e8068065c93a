import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from console.web.serving import listening
from tests.console.conftest import Recorded
from tests.console.web.serving import Web


def starting(*arguments: str) -> subprocess.Popen[str]:
    command = [str(Path(sys.executable).with_name("altsieve")), "web", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)


def test_it_says_where_it_is_and_ends_in_order_at_ctrl_c(recorded: Recorded) -> None:
    with starting("--port", "0", "--json") as process:
        assert process.stdout is not None
        port = urlsplit(json.loads(process.stdout.readline())["url"]).port
        assert port is not None
        assert f"Pair {recorded.pair_ids[0]}" in Web(port=port).get(f"/pairs/{recorded.pair_ids[0]}").text
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "")


def test_a_port_that_is_taken_is_said_with_what_to_type(recorded: Recorded) -> None:
    with listening(0) as taken:
        answer = recorded.altsieve("web", "--port", str(taken.getsockname()[1]))
    assert answer.code == 3
    assert "altsieve web --port 0" in answer.err
