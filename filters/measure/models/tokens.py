"""Turn captions into the numbers that a model was trained on."""

import string
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from filters.measure.models.manifest import Tokens

_MARKS: Final = str.maketrans("", "", string.punctuation)


class Wording:
    """A tokenizer that cuts and fills every caption to one length."""

    def __init__(self, tokenizer_json: bytes, tokens: Tokens) -> None:
        self._casing = tokens.casing
        self._tokenizer = Tokenizer.from_str(tokenizer_json.decode())
        self._tokenizer.enable_truncation(max_length=tokens.length)
        self._tokenizer.enable_padding(
            direction=tokens.pad_side, length=tokens.length, pad_id=tokens.pad_id, pad_token=tokens.filling
        )

    def fed(self, captions: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return token ids and a mask of what is no filling, each int64 of shape (n, length)."""
        found = self._tokenizer.encode_batch([self._cased(each) for each in captions])
        ids = np.asarray([each.ids for each in found], dtype=np.int64)
        return ids, np.asarray([each.attention_mask for each in found], dtype=np.int64)

    def _cased(self, caption: str) -> str:
        if self._casing == "as-it-is":
            return caption
        if self._casing == "lower":
            return caption.lower()
        return " ".join(caption.lower().translate(_MARKS).split())
