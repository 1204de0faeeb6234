import numpy as np
import pytest

from nndoctor.data import read

from ..helpers import refused


def records(labels: list[list[int]]) -> bytes:
    pixels = (np.arange(3072) % 251).astype(np.uint8).tobytes()
    return b"".join(bytes(label) + pixels for label in labels)


@pytest.mark.parametrize("target", [None, "label"])
def test_cifar_10(tmp_path, target):
    (tmp_path / "a.bin").write_bytes(records([[3], [8], [1]]))
    data = read(tmp_path / "a.bin", target)
    assert data.y.ravel().tolist() == [3, 8, 1]
    assert data.x.dtype == np.uint8
    assert data.x[1].tolist() == [i % 251 for i in range(3072)]
    assert (data.columns[0], data.columns[-1]) == ("red_0_0", "blue_31_31")


@pytest.mark.parametrize(
    ("target", "labels"), [(None, [20, 40]), ("fine", [20, 40]), ("coarse", [2, 4])]
)
def test_cifar_100(tmp_path, target, labels):
    (tmp_path / "a.bin").write_bytes(records([[2, 20], [4, 40]]))
    data = read(tmp_path / "a.bin", target)
    assert data.y.ravel().tolist() == labels
    assert data.x[0, :3].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("content", "target", "problem"),
    [
        (records([[1], [2]])[:-1], None, "6145 bytes"),
        (records([[1], [2]]), "fine", "CIFAR-10 and has no target 'fine'"),
        (records([[1, 2], [3, 4]]), "label", "CIFAR-100 and has no target 'label'"),
        (records([[1], [2]]), "species", "no target 'species'"),
    ],
)
def test_what_can_not_be_read(tmp_path, content, target, problem):
    (tmp_path / "a.bin").write_bytes(content)
    (mistake,) = refused(lambda: read(tmp_path / "a.bin", target))
    assert problem in mistake.problem
    assert mistake.hint
