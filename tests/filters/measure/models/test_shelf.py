import subprocess
import sys

import pytest

from filters.measure.models import shelf
from filters.measure.models.model import ModelNotReady
from filters.models import Models
from tests.filters.measure.models import plugged

HERE = "tests.filters.measure.models.plugged"


def test_a_plug_in_is_described_and_loaded_with_the_same_card() -> None:
    safety, fit = [f"{HERE}:brightness"], [f"{HERE}:longest"]
    cards, loaded = shelf.describe(safety=safety, fit=fit), shelf.load(safety=safety, fit=fit)
    assert cards == loaded.cards == Models(safety=(plugged.brightness().card,), fit=(plugged.longest().card,))
    assert loaded.safety == (plugged.brightness(),)


def test_none_is_none() -> None:
    assert shelf.describe() == shelf.load().cards == Models()


@pytest.mark.parametrize(
    "entry", ["no_such", "does_not_load", "bad_name", "no_unit", "no_revision"], ids=lambda each: f"{each}"
)
def test_what_has_no_good_card_is_not_ready(entry: str) -> None:
    with pytest.raises(ModelNotReady):
        shelf.describe(safety=[f"{HERE}:{entry}"])
    with pytest.raises(ModelNotReady):
        shelf.load(safety=[f"{HERE}:{entry}"])


@pytest.mark.parametrize("entry", ["always_0", "always_1", "nan", "one_short", "raises", "no_goldens"])
def test_what_does_not_answer_as_it_did_is_not_loaded(entry: str) -> None:
    assert shelf.describe(safety=[f"{HERE}:{entry}"]).safety
    with pytest.raises(ModelNotReady):
        shelf.load(safety=[f"{HERE}:{entry}"])


def test_a_module_that_is_not_there_is_not_ready() -> None:
    with pytest.raises(ModelNotReady, match=r"model no\.such:thing cannot be loaded"):
        shelf.describe(fit=["no.such:thing"])


@pytest.mark.parametrize("ask", [shelf.describe, shelf.load])
def test_a_name_that_is_no_models_says_which_there_are(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(
        ModelNotReady, match=r"called clip that CONSISTENCY_MODELS .* shipped is label-consistency; write \./clip"
    ):
        ask(fit=["clip"])


def test_a_model_for_pictures_is_none_for_captions() -> None:
    with pytest.raises(ModelNotReady, match="no model is called opennsfw"):
        shelf.describe(fit=["opennsfw"])


@pytest.mark.parametrize("ask", [shelf.describe, shelf.load])
def test_two_models_of_one_name_are_not_ready(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(ModelNotReady, match="two models are called brightness"):
        ask(safety=[f"{HERE}:brightness"] * 2)


def test_an_unknown_provider_is_not_ready() -> None:
    with pytest.raises(ModelNotReady, match="MODEL_PROVIDER may be cpu or cuda"):
        shelf.load(provider="tpu")


def test_describing_a_plug_in_imports_no_runtime() -> None:
    asked = (
        f"import sys; from filters.measure.models import shelf; shelf.describe(safety=['{HERE}:brightness']); "
        "sys.exit('onnxruntime' in sys.modules or 'tokenizers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


def test_the_shipped_models_answer_as_they_did() -> None:
    safety, fit = list(shelf.SHIPPED_SAFETY), list(shelf.SHIPPED_FIT)
    cards = shelf.describe(safety=safety, fit=fit)
    assert [each.name for each in (*cards.safety, *cards.fit)] == [*safety, *fit]
    assert shelf.load(safety=safety, fit=fit).cards == cards
