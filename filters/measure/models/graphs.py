"""Open ONNX graphs on the processor that was asked for, and on no other."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from filters.measure.models.model import ModelNotReady

Fed = Mapping[str, NDArray[Any]]
_WANTED: Final = {
    "cpu": ("CPUExecutionProvider",),
    "cuda": ("CUDAExecutionProvider", "CPUExecutionProvider"),  # the second for what has no kernel on the first
}
_KINDS: Final = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
}


_SCALED_BY_THE_BATCH: Final = b"DynamicQuantize"
"""What int8 operators are called that scale a number by the greatest one of the whole batch."""
_WHERE_WEIGHTS_ARE: Final = b"location"
"""A key without which no weights can lie in another file."""


class Graph:
    """A session, one thread on the CPU, with the names, ranks and types of its inputs and outputs."""

    def __init__(self, name: str, graph: bytes, provider: str) -> None:
        self.name = name
        _require_whole(name, graph)
        self._is_scaled_by_the_batch = _SCALED_BY_THE_BATCH in graph
        wanted = wanted_providers(provider, onnxruntime.get_available_providers())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.add_session_config_entry("session.load_model_format", "ONNX")
        self._session = onnxruntime.InferenceSession(graph, options, providers=wanted)
        self._session.disable_fallback()
        require_in_use(provider, self._session.get_providers())
        self.inputs = tuple(self._session.get_inputs())
        self.outputs = tuple(self._session.get_outputs())
        for each in self.inputs:
            self._require_feedable(each)

    def run(self, outputs: Sequence[str], fed: Fed) -> list[NDArray[np.float64]]:
        """Feed each input as the type it asks for; return the named outputs as float64.

        Where what else is in a batch would change a row, each goes through by itself.
        """
        types = {each.name: _KINDS[each.type] for each in self.inputs}
        typed = {name: fed[name].astype(kind) for name, kind in types.items()}
        rows = len(next(iter(typed.values())))
        if not self._is_scaled_by_the_batch or rows < 2:
            return self._run(outputs, typed)
        alone = [self._run(outputs, {name: typed[name][at : at + 1] for name in typed}) for at in range(rows)]
        return [np.concatenate(each) for each in zip(*alone, strict=True)]

    def _run(self, outputs: Sequence[str], typed: Fed) -> list[NDArray[np.float64]]:
        return [np.asarray(each, dtype=np.float64) for each in self._session.run(list(outputs), dict(typed))]

    def _require_feedable(self, given: Any) -> None:
        if given.type not in _KINDS:
            raise ModelNotReady(f"{self.name} asks for {given.name} as {given.type}, which is not known here")
        if not given.shape or isinstance(given.shape[0], int):
            raise ModelNotReady(
                f"{self.name} was exported for batches of one size; export it with a dynamic first axis"
            )


def wanted_providers(provider: str, available: Sequence[str]) -> list[str]:
    """Return what to ask of the runtime. `ModelNotReady` if it lacks what was asked for: there is no falling back."""
    if _WANTED[provider][0] not in available:
        raise ModelNotReady(
            f"MODEL_PROVIDER is {provider}, but this onnxruntime has no {_WANTED[provider][0]}: "
            "install onnxruntime-gpu in place of onnxruntime, or set MODEL_PROVIDER=cpu"
        )
    return list(_WANTED[provider])


def require_in_use(provider: str, in_use: Sequence[str]) -> None:
    """Raise `ModelNotReady` if the runtime took another one, as it does where a CUDA library is missing."""
    if _WANTED[provider][0] not in in_use:
        raise ModelNotReady(
            f"MODEL_PROVIDER is {provider}, but the runtime took {', '.join(in_use)}: "
            "check its driver and libraries, or set MODEL_PROVIDER=cpu"
        )


def _require_whole(name: str, graph: bytes) -> None:
    """Raise `ModelNotReady` if weights lie in another file: what is loaded by its bytes takes it from anywhere."""
    if _WHERE_WEIGHTS_ARE not in graph:
        return
    try:
        elsewhere = _lies_elsewhere(onnx.ModelProto.FromString(graph))
    except Exception:  # noqa: BLE001  protobuf, whose error it is, ships no types
        raise ModelNotReady(f"{name} is no ONNX graph") from None
    if elsewhere:
        raise ModelNotReady(f"{name} keeps weights in another file, which is not pinned: export it as one file")


def _lies_elsewhere(part: Any) -> bool:
    if isinstance(part, onnx.TensorProto):
        return bool(part.external_data) or part.data_location == onnx.TensorProto.EXTERNAL
    held = [each for field, each in part.ListFields() if field.message_type is not None]
    return any(_lies_elsewhere(each) for parts in held for each in (parts if _is_many(parts) else [parts]))


def _is_many(parts: Any) -> bool:
    return not hasattr(parts, "ListFields")
