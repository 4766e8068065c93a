import os
import subprocess
import sys
from pathlib import Path

import pytest

from filters.measure.models.model import ModelNotReady
from filters.measure.models.session import open_session


@pytest.mark.parametrize("model", [b"", b"no model", b"\x08\x08"])
def test_bytes_that_are_no_model_are_not_ready(model: bytes) -> None:
    with pytest.raises(ModelNotReady, match="a model cannot be opened"):
        open_session(model)


def test_nobody_is_told_that_a_model_runs(tmp_path: Path) -> None:
    """ONNX Runtime leaves an id, a database and a file of its session behind where its telemetry is on."""
    code = "from filters.measure.models.opennsfw import load; load()"
    places = dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME"), str(tmp_path))
    mine = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    subprocess.run([sys.executable, "-c", code], check=True, env={**mine, **places}, cwd=Path(__file__).parents[4])
    assert list(tmp_path.rglob("*")) == []
