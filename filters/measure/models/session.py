"""Open an ONNX model so that it answers alike on every machine and leaves the other cores alone."""

import onnxruntime

from filters.measure.models.model import ModelNotReady


def open_session(model: bytes) -> onnxruntime.InferenceSession:
    """Return a session on one thread of the CPU. `ModelNotReady` if the bytes are no model.

    Each core has a worker of its own, so more threads would only take turns.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001  onnxruntime's errors have no common class
        raise ModelNotReady(f"a model cannot be opened ({type(error).__name__})") from None
