import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.measure.models.model import ModelNotReady
from filters.measure.models.torch_weights import read_tensors
from tests.filters.measure.models.torch_stream import HEAD, MAGIC, stream, view


def test_a_tensor_is_read_by_its_name() -> None:
    found = read_tensors(stream(view("fc.weight")))
    assert {name: values.tolist() for name, values in found.items()} == {"fc.weight": [[0, 1, 2], [3, 4, 5]]}


def test_a_tensor_that_is_stored_transposed_is_turned_back() -> None:
    assert read_tensors(stream(view(shape=(3, 2), strides=(1, 3))))["weight"].tolist() == [[0, 3], [1, 4], [2, 5]]


def test_a_part_of_a_storage_and_a_single_number_are_read() -> None:
    entries = [view("part", shape=(2,), strides=(2,), offset=1), view("one", shape=(), strides=(), offset=5)]
    found = read_tensors(stream(*entries))
    assert (found["part"].tolist(), found["one"].tolist()) == ([1, 3], 5)


def test_whole_numbers_are_read_as_such() -> None:
    found = read_tensors(stream(view(kind="torch\nLongStorage", shape=(3,), strides=(1,)), numbers=3)[:-12] + bytes(24))
    assert (found["weight"].dtype, found["weight"].tolist()) == (np.dtype("<i8"), [0, 0, 0])


@pytest.mark.parametrize("shape", [(2, 4), (7,), (0, 3)])
def test_a_tensor_that_points_outside_of_the_file_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelNotReady, match="point outside"):
        read_tensors(stream(view(shape=shape, strides=(3, 1)[-len(shape) :])))


@pytest.mark.parametrize(("offset", "strides"), [(-1, (3, 1)), (6, (3, 1)), (5, (-3, 1))])
def test_a_tensor_that_reaches_back_is_refused(offset: int, strides: tuple[int, ...]) -> None:
    with pytest.raises(ModelNotReady, match="point outside"):
        read_tensors(stream(view(offset=offset, strides=strides)))


@pytest.mark.parametrize(
    "name", ["os\nsystem", "builtins\neval", "torch\nload", "collections\nCounter", "torch._utils\nx"]
)
def test_a_file_that_asks_for_any_other_name_is_refused_and_nothing_is_run(name: str) -> None:
    with pytest.raises(ModelNotReady, match="which no tensor needs") as refused:
        read_tensors(stream(view(kind=name)))
    assert name.replace("\n", ".") in str(refused.value)


def test_a_pickle_that_would_run_a_command_runs_none(tmp_path_factory: pytest.TempPathFactory) -> None:
    mark = tmp_path_factory.mktemp("run") / "mark"
    command = f"cos\nsystem\n(V touch {mark}\ntR.".encode()
    with pytest.raises(ModelNotReady, match=r"posix.system|os.system"):
        read_tensors(HEAD + command)
    assert not mark.exists()


@pytest.mark.parametrize("data", [pickle.dumps(7), pickle.dumps({"weight": 1}), MAGIC.replace(b"\x6c", b"\x6d", 1)])
def test_a_file_of_another_format_is_refused(data: bytes) -> None:
    with pytest.raises(ModelNotReady, match="not in the format"):
        read_tensors(data)


@given(cut=st.integers(min_value=0, max_value=len(stream(view())) - 1))
@settings(max_examples=60)
def test_a_truncated_file_is_refused(cut: int) -> None:
    with pytest.raises(ModelNotReady):
        read_tensors(stream(view())[:cut])


@given(at=st.integers(min_value=0, max_value=len(stream(view())) - 25), byte=st.integers(min_value=0, max_value=255))
@settings(max_examples=150)
def test_an_altered_file_is_refused_or_gives_arrays(at: int, byte: int) -> None:
    data = bytearray(stream(view()))
    data[at] = byte
    try:
        found = read_tensors(bytes(data))
    except ModelNotReady:
        return
    assert all(isinstance(each, np.ndarray) for each in found.values())
