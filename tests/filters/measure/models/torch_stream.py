"""Write small files as torch.save did before 2020, opcode by opcode, sound ones and others."""

import pickle
import struct
from collections.abc import Sequence

import numpy as np

MAGIC = pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2)
HEAD = MAGIC + pickle.dumps(1001, protocol=2) + pickle.dumps({"little_endian": True}, protocol=2)


def view(
    name: str = "weight",
    *,
    shape: Sequence[int] = (2, 3),
    strides: Sequence[int] = (3, 1),
    offset: int = 0,
    kind: str = "torch\nFloatStorage",
) -> bytes:
    """An entry of a state dictionary that looks at storage `0`."""
    storage = b"(" + _text("storage") + b"c" + kind.encode() + b"\n" + _text("0") + _text("cpu") + _int(6) + b"NtQ"
    hooks = b"\x89ccollections\nOrderedDict\n)R"
    arguments = b"(" + storage + _int(offset) + _ints(shape) + _ints(strides) + hooks + b"t"
    return _text(name) + b"ctorch._utils\n_rebuild_tensor_v2\n" + arguments + b"Rs"


def stream(*entries: bytes, numbers: int = 6) -> bytes:
    """A whole file: entries, and 0, 1, 2 and so on as the numbers of storage `0`."""
    state = b"\x80\x02ccollections\nOrderedDict\n)R" + b"".join(entries) + b"."
    values = np.arange(numbers, dtype="<f4").tobytes()
    return HEAD + state + pickle.dumps(["0"], protocol=2) + struct.pack("<q", numbers) + values


def _text(text: str) -> bytes:
    return b"X" + struct.pack("<I", len(text)) + text.encode()


def _int(number: int) -> bytes:
    return b"J" + struct.pack("<i", number)


def _ints(numbers: Sequence[int]) -> bytes:
    return b"(" + b"".join(_int(each) for each in numbers) + b"t"
