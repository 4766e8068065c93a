"""Score pictures and captions with models, each loaded once in a worker process."""

import os

# ONNX Runtime reports to its maker, on Linux too, unless this is set before it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
