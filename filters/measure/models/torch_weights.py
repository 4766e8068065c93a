"""Read tensors that PyTorch pickled before 2020, without running what a pickle may ask for."""

import io
import pickle
import struct
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from filters.measure.models.model import ModelNotReady

_MAGIC: Final = 0x1950A86A20F9469CFC6C
_TYPES: Final = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Storage:
    key: str
    dtype: np.dtype[Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class _View:
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def read_tensors(data: bytes) -> dict[str, NDArray[Any]]:
    """Return the tensors of a state dictionary by their names. `ModelNotReady` if it is anything else.

    The format is torch.save's stream of pickles: magic number, version, machine, dictionary, keys of storages; then
    each storage as its count of elements and their bytes. Views are strided: some are stored transposed.
    """
    stream = io.BytesIO(data)
    try:
        return _tensors(stream)
    except ModelNotReady:
        raise
    except Exception as error:  # noqa: BLE001  a damaged pickle can raise anything
        raise ModelNotReady(f"weights cannot be read ({type(error).__name__})") from None


def _tensors(stream: io.BytesIO) -> dict[str, NDArray[Any]]:
    if _Tensors(stream).load() != _MAGIC:
        raise ModelNotReady("weights are not in the format of torch.save")
    _version, _machine = _Tensors(stream).load(), _Tensors(stream).load()
    views: dict[str, _View] = dict(_Tensors(stream).load())
    types = {view.storage.key: view.storage.dtype for view in views.values()}
    storages = {key: _storage(stream, types[key]) for key in _Tensors(stream).load()}
    return {name: _array(view, storages[view.storage.key]) for name, view in views.items()}


def _storage(stream: io.BytesIO, dtype: np.dtype[Any]) -> NDArray[Any]:
    (count,) = struct.unpack("<q", stream.read(8))
    return np.frombuffer(stream.read(count * dtype.itemsize), dtype=dtype, count=count)


def _array(view: _View, storage: NDArray[Any]) -> NDArray[Any]:
    last = view.offset + sum((size - 1) * stride for size, stride in zip(view.shape, view.strides, strict=True))
    if not 0 <= view.offset <= last < storage.size or min(view.strides, default=0) < 0:
        raise ModelNotReady("weights point outside of their file")
    strides = [stride * storage.itemsize for stride in view.strides]
    return as_strided(storage[view.offset :], view.shape, strides, writeable=False).copy()


class _Tensors(pickle.Unpickler):
    """An unpickler that knows four names and refuses all others, so that no code of a file is ever run."""

    def find_class(self, module_name: str, global_name: str) -> Any:  # whatever is named, as the base class says
        if (module_name, global_name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module_name, global_name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _view
        if module_name == "torch" and global_name in _TYPES:
            return _TYPES[global_name]
        raise ModelNotReady(f"weights ask for {module_name}.{global_name}, which no tensor needs")

    def persistent_load(self, pid: Any) -> _Storage:  # a tuple of torch's making
        _kind, dtype, key, _device, _count, _shared = pid
        return _Storage(key=key, dtype=dtype)


def _view(storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_hooks: Any) -> _View:
    return _View(storage=storage, offset=offset, shape=shape, strides=strides)
