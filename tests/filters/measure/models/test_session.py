import pytest

from filters.measure.models.model import ModelNotReady
from filters.measure.models.session import open_session


@pytest.mark.parametrize("model", [b"", b"no model", b"\x08\x08"])
def test_bytes_that_are_no_model_are_not_ready(model: bytes) -> None:
    with pytest.raises(ModelNotReady, match="a model cannot be opened"):
        open_session(model)
