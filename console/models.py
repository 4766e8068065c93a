"""Show the models that score pictures and captions, pin those of directories, and offer published thresholds."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, get_args

import click

from console.command import Noun, at_work
from console.exit_code import ExitCode, NothingReady, WrongUsage
from console.known_models import SETTINGS, KnownModel, known_models
from console.workplace import Workplace
from filters.measure.models import manifest
from filters.measure.models.manifest import Kind, Manifest
from filters.measure.models.model import ModelNotReady
from filters.measure.models.pinning import Told, pin
from filters.measure.models.presets import PRESETS, Preset

_PIN: Final = "altsieve models pin ./clip-vit-b-32 --kind clip --language en --licence MIT --origin OpenAI"
_COLUMNS: Final[Mapping[str, Callable[[KnownModel], object]]] = {
    "model": lambda m: m.name or m.entry,
    "for": lambda m: m.used_for,
    "revision": lambda m: m.revision,
    "unit": lambda m: m.unit,
    "languages": lambda m: ", ".join(m.languages or ()) or ("any" if m.name else None),
    "licence": lambda m: m.licence,
    "thresholds": lambda m: ", ".join(
        f"{setting} {each}={number:g}" for setting, held in m.thresholds.items() for each, number in held.items()
    ),
    "ready": lambda m: "yes" if m.ready else f"no: {m.problem}",
}
_PRESETS: Final[Mapping[str, Callable[[Preset], object]]] = {
    "preset": lambda p: p.name,
    "captions": lambda p: p.captions,
    "keeps": lambda p: f"from {p.least:g} on" if p.least is not None else f"the best {p.share:.0%}",
    "network": lambda p: p.network,
    "from": lambda p: p.source,
}


@click.group(
    cls=Noun, invoke_without_command=True, examples=["altsieve models", "altsieve models presets", f"{_PIN} --name b32"]
)
@at_work
@click.pass_context
def models(ctx: click.Context, workplace: Workplace) -> None:
    """Show the models in use, and whether each is ready.

    Each that the settings name is loaded and tried on harmless pictures. Exit code 3 if one is not ready.
    """
    if ctx.invoked_subcommand is None:
        found = list(known_models(workplace.configuration))
        workplace.output.rows(found, _COLUMNS, empty="SAFETY_MODELS and CONSISTENCY_MODELS name none")
        if not all(each.ready for each in found):
            raise SystemExit(ExitCode.NOT_READY)


@models.command("presets", examples=["altsieve models presets", "altsieve models presets --model clip-vit-b-32"])
@click.option("--model", metavar="NAME", default="MODEL", help="The name of your model, for what is to be typed.")
@at_work
def presets(workplace: Workplace, model: str) -> None:
    """Show published thresholds for CLIP, and where they are from.

    They hold for the network they were published for; none was measured here.
    """
    columns = {**_PRESETS, "type": lambda preset: preset.setting(model)}
    workplace.output.rows(PRESETS, columns, lambda preset: _fields(preset, model), empty="there is none")


@models.command("pin", examples=[_PIN])
@click.argument("directory", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--kind", required=True, type=click.Choice(get_args(Kind)), help="What the directory holds.")
@click.option("--licence", required=True, metavar="L", help="Of the weights: an SPDX id or a URL.")
@click.option("--origin", required=True, metavar="TEXT", help="Who made them, and where you have them from.")
@click.option("--name", metavar="NAME", help="What settings and evidence call it; the directory's name if left out.")
@click.option(
    "--language", "languages", multiple=True, metavar="L", help="Whose captions it reads, as in en; `any` for all."
)
@click.option("--unsafe", multiple=True, metavar="CLASS", help="A class of a classifier that is unsafe.")
@click.option("--picture-model", metavar="FILE", help="The ONNX file for pictures, as onnx/vision_model_int8.onnx.")
@click.option("--text-model", metavar="FILE", help="The ONNX file for texts.")
@click.option("--again", is_flag=True, help="Pin what was pinned before.")
@at_work
def pin_(
    workplace: Workplace,
    directory: Path,
    kind: Kind,
    again: bool,
    name: str | None,
    languages: tuple[str, ...],
    licence: str,
    origin: str,
    unsafe: tuple[str, ...],
    picture_model: str | None,
    text_model: str | None,
) -> None:
    """Pin a model's directory: digests, preparation, answers.

    It holds ONNX models, tokenizer.json and preprocessor_config.json, as transformers and optimum export them. What its
    model says of a few harmless pictures is written down, and asked again at every load.
    """
    path = directory / manifest.FILE
    if path.exists() and not again:
        raise WrongUsage(f"{path} is there already; --again pins the directory as it is now")
    told = Told(
        name=name or _name(directory),
        licence=licence,
        origin=origin,
        languages=_languages(kind, languages),
        unsafe=unsafe,
        picture_model=picture_model,
        text_model=text_model,
    )
    provider = workplace.configuration.text("MODEL_PROVIDER") or "cpu"
    pinned = _pinned(directory, kind, told, provider)
    path.write_bytes(manifest.written(pinned))
    workplace.output.record(_told(pinned, directory), _next(pinned, directory))


def _pinned(directory: Path, kind: Kind, told: Told, provider: str) -> Manifest:
    try:
        return pin(directory, kind, told, provider)
    except ModelNotReady as problem:
        raise NothingReady(str(problem)) from problem


def _languages(kind: Kind, given: Sequence[str]) -> tuple[str, ...] | None:
    if kind != "classifier" and not given:
        raise click.UsageError("say whose captions it reads: --language en, once for each, or --language any")
    return None if not given or "any" in given else tuple(sorted({each.lower() for each in given}))


def _name(directory: Path) -> str:
    return re.sub(r"[^a-z0-9._-]+", "-", directory.resolve().name.lower()).strip("-._") or "model"


def _told(pinned: Manifest, directory: Path) -> Mapping[str, object]:
    card = pinned.card
    return {
        "name": card.name,
        "revision": card.revision,
        "unit": card.unit,
        "languages": card.languages,
        "files": pinned.files,
        "manifest": str(directory / manifest.FILE),
    }


def _next(pinned: Manifest, directory: Path) -> list[str]:
    used_for = {"safety": "safety", "fit": "consistency"}[pinned.is_of_use_for]
    setting = {"safety": "SAFETY_MODELS", "consistency": "CONSISTENCY_MODELS"}[used_for]
    numbers = " ".join(f"-s {each}={pinned.name}=..." for each in SETTINGS[used_for])
    return [
        f"pinned {pinned.name} at revision {pinned.card.revision}, {len(pinned.files)} files",
        f"use it with -s {setting}={directory.resolve()} {numbers}",
        *(["altsieve models presets shows published thresholds"] if used_for == "consistency" else []),
    ]


def _fields(preset: Preset, model: str) -> Mapping[str, object]:
    fields = {name: getattr(preset, name) for name in Preset.__slots__}
    return {**fields, "type": preset.setting(model)}
