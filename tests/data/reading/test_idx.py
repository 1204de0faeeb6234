import gzip
import struct

import numpy as np
import pytest

from nndoctor.data import read

from ..helpers import refused

PIXELS = np.arange(2 * 2 * 3, dtype=np.uint8).reshape(2, 2, 3)


def idx(array: np.ndarray, code: int = 0x08) -> bytes:
    head = struct.pack(f">BBBB{array.ndim}I", 0, 0, code, array.ndim, *array.shape)
    return head + array.tobytes()


@pytest.fixture
def mnist(tmp_path):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(PIXELS))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(np.array([7, 2], np.uint8)))
    return tmp_path / "train-images-idx3-ubyte"


def test_labels_come_from_the_sibling(mnist):
    data = read(mnist, None)
    assert data.x.tolist() == PIXELS.reshape(2, 6).tolist()
    assert data.x.dtype == np.uint8
    assert data.y.ravel().tolist() == [7, 2]
    assert data.columns[:4] == ("pixel_0_0", "pixel_0_1", "pixel_0_2", "pixel_1_0")


def test_gzip_beside_plain(mnist):
    packed = mnist.with_name(mnist.name + ".gz")
    packed.write_bytes(gzip.compress(mnist.read_bytes()))
    assert read(packed, None).y.ravel().tolist() == [7, 2]


def test_named_labels_and_big_endian_floats(mnist):
    other = mnist.with_name("heights.idx")
    other.write_bytes(idx(np.array([1.5, -2.0], ">f4"), 0x0D))
    data = read(mnist, "heights.idx")
    assert data.y.ravel().tolist() == [1.5, -2.0]
    assert data.y.dtype.isnative


@pytest.mark.parametrize(
    ("code", "dtype", "values"),
    [
        (0x08, "u1", [0, 128, 255]),
        (0x09, "i1", [-128, -1, 127]),
        (0x0B, ">i2", [-32768, -2, 258]),
        (0x0C, ">i4", [-(2**31), -3, 16909060]),
        (0x0D, ">f4", [-1.5, 0.0, 2.0**100]),
        (0x0E, ">f8", [-0.1, 1e-300, 1e300]),
    ],
)
def test_every_type_of_the_format(mnist, code, dtype, values):
    mnist.write_bytes(idx(np.array([[values], [values]], dtype), code))
    data = read(mnist, None)
    assert data.x.tolist() == [values, values]
    assert data.x.dtype == np.dtype(dtype).newbyteorder("=")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda b: b[:-1], "cut short: expected 28 bytes, saw 27"),
        (lambda b: b + b"x", "too long: expected 28 bytes, saw 29"),
        (lambda b: b[:9], "cut short: expected 16 bytes, saw 9"),
        (lambda b: b"\x89PNG" + b[4:], "is a picture"),
    ],
)
def test_corrupt_images(mnist, change, problem):
    mnist.write_bytes(change(mnist.read_bytes()))
    (mistake,) = refused(lambda: read(mnist, None))
    assert problem in mistake.problem
    assert mistake.hint


def test_missing_labels_file(mnist):
    mnist.with_name("train-labels-idx1-ubyte").unlink()
    (mistake,) = refused(lambda: read(mnist, None))
    assert "train-labels-idx1-ubyte does not exist" in mistake.problem


def test_a_name_without_a_known_sibling(mnist):
    other = mnist.rename(mnist.with_name("a.idx"))
    (mistake,) = refused(lambda: read(other, None))
    assert "no labels known" in mistake.problem
    assert "--target FILE" in mistake.hint


def test_labels_given_as_images_and_images_as_labels(mnist):
    (mistake,) = refused(lambda: read(mnist.with_name("train-labels-idx1-ubyte"), None))
    assert "holds labels and no images" in mistake.problem
    (mistake,) = refused(lambda: read(mnist, mnist.name))
    assert "3 dimensions" in mistake.problem


def test_different_numbers_of_images_and_labels(mnist):
    mnist.with_name("train-labels-idx1-ubyte").write_bytes(idx(np.zeros(3, np.uint8)))
    (mistake,) = refused(lambda: read(mnist, None))
    assert "2 rows of features but 3 of targets" in mistake.problem
