"""Open ONNX graphs on the processor that was asked for, and on no other."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
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


class Graph:
    """A session, one thread on the CPU, with the names, ranks and types of its inputs and outputs."""

    def __init__(self, name: str, onnx: bytes, provider: str) -> None:
        self.name = name
        wanted = wanted_providers(provider, onnxruntime.get_available_providers())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(onnx, options, providers=wanted)
        self._session.disable_fallback()
        require_in_use(provider, self._session.get_providers())
        self.inputs = tuple(self._session.get_inputs())
        self.outputs = tuple(self._session.get_outputs())
        for each in self.inputs:
            self._require_feedable(each)

    def run(self, outputs: Sequence[str], fed: Fed) -> list[NDArray[np.float64]]:
        """Feed each input as the type it asks for; return the named outputs as float64."""
        types = {each.name: _KINDS[each.type] for each in self.inputs}
        found = self._session.run(list(outputs), {name: fed[name].astype(types[name]) for name in types})
        return [np.asarray(each, dtype=np.float64) for each in found]

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
