import numpy as np
import pytest

from filters.measure.glimpse import Glimpse
from filters.measure.models import imagenet
from filters.measure.models.goldens import picture
from filters.measure.models.imagenet import ImageNet
from filters.measure.models.model import ModelNotReady
from tests.filters.measure.models.embedded import network


def uniform(width_px: int, height_px: int) -> Glimpse:
    return Glimpse(width_px=width_px, height_px=height_px, rgb=bytes([200, 40, 40]) * (width_px * height_px))


@pytest.mark.parametrize("side", [(1, 1), (1, 3000), (3000, 1), (224, 224), (225, 640)])
def test_a_picture_of_any_shape_is_looked_at(side: tuple[int, int]) -> None:
    sight = network().look(uniform(*side))
    assert sight.probabilities.shape == (1000,)
    assert sight.features.shape == (1280,)
    assert float(sight.probabilities.sum()) == pytest.approx(1, abs=1e-4)


def test_a_disc_is_a_ball_of_some_kind() -> None:
    ping_pong_ball, balloon, tiger = 722, 417, 292
    seen = network().look(picture("disc")).probabilities
    assert min(seen[ping_pong_ball], seen[balloon]) > 10 * seen[tiger]


def test_the_sides_of_a_wide_picture_count() -> None:
    plain, wide = uniform(400, 200), bytearray(uniform(400, 200).rgb)
    rows = np.frombuffer(wide, dtype=np.uint8).reshape(200, 400, 3)
    rows[:, :60] = 255
    marked = Glimpse(width_px=400, height_px=200, rgb=bytes(wide))
    seen = [network().look(each).probabilities for each in (plain, marked)]
    assert np.abs(seen[0] - seen[1]).max() > 0.01


@pytest.mark.parametrize(
    "tensors", [{}, {"_conv_stem.weight": np.zeros((32, 3, 3, 3))}], ids=["none", "without normalisation"]
)
def test_weights_of_another_network_are_not_ready(
    monkeypatch: pytest.MonkeyPatch, tensors: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]
) -> None:
    monkeypatch.setattr(imagenet, "read_tensors", lambda _data: tensors)
    with pytest.raises(ModelNotReady, match="cannot be made of its weights"):
        ImageNet.load()


def test_altered_weights_are_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imagenet, "SHA256", "0" * 64)
    with pytest.raises(ModelNotReady, match="is not the file that was measured"):
        ImageNet.load()
