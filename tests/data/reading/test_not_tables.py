import gzip
import io
import json
import pickle
import tarfile
import zipfile

import numpy as np
import pytest

from nndoctor.data.reading.not_tables import NOT_TABLES, refuse_no_table
from nndoctor.data.reading.source import look

from .helpers import no_table


def zipped(*names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as held:
        for name in names:
            held.writestr(name, "content")
    return file.getvalue()


def tarred():
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as held:
        held.addfile(tarfile.TarInfo("a.csv"), io.BytesIO())
    return file.getvalue()


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


LOG = "".join(
    f"Epoch {i}/3\n100/100 [====] - 2s - loss: {1 / i:.4f} - val_loss: 0.5\n" for i in (1, 2, 3)
)
OTHER_LOG = "".join(f"[2020-01-01] epoch: {i}, train_loss=0.{i}\n" for i in range(1, 9))
SAFETENSORS = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
OPENDOCUMENT = b"PK\3\4" + bytes(26)

# What the file is, under names that do not tell.
CONTENTS = {
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(20), "a picture"),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "a picture"),
    "gif": (b"GIF89a\x01\x00\x01\x00", "a picture"),
    "webp": (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "a picture"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg">\n</svg>', "a picture"),
    "wav": (b"RIFF\x10\x00\x00\x00WAVEfmt ", "a sound or a film"),
    "mp4": (b"\x00\x00\x00\x18ftypmp42\x00", "a sound or a film"),
    "pdf": (b"%PDF-1.7\nabc", "a PDF document"),
    "docx": (zipped("[Content_Types].xml", "word/document.xml"), "a document of a word processor"),
    "pptx": (zipped("[Content_Types].xml", "ppt/presentation.xml"), "a presentation"),
    "rtf": (b"{\\rtf1\\ansi hello}", "a document of a word processor"),
    "saved": (npz(notes=np.array("{}"), **{"network.0": np.zeros(3)}), "a network that nndoctor"),
    "torch": (zipped("model/data.pkl", "model/data/0"), "a PyTorch model"),
    "keras": (zipped("config.json", "model.weights.h5"), "a Keras model"),
    "weights": (len(SAFETENSORS).to_bytes(8, "little") + SAFETENSORS + bytes(4), "model's weights"),
    "pickle": (pickle.dumps({"a": 1}), "a pickle"),
    "tar": (tarred(), "an archive of files"),
    "tar.gz": (gzip.compress(tarred()), "an archive of files"),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00\x04", "an archive of files"),
    "rar": (b"Rar!\x1a\x07\x01\x00", "an archive of files"),
    "zstd": (b"\x28\xb5\x2f\xfd\x00\x01", "packed with zstd"),
    "notebook": (json.dumps({"cells": [{"cell_type": "code"}]}).encode(), "a notebook"),
    "recipe": (b"title = 'x'\n\n[data]\nsource = 'a.csv'\n\n[model]\n", "a TOML file"),
    "json-recipe": (b'{"data": {"source": "a.csv"}, "model": {}}', "a recipe in JSON"),
    "html": (b"\n<!DOCTYPE html>\n<html><table><tr><td>1</td></tr></table>", "a web page"),
    "html-table": (b"<table border=1>\n<tr><td>1</td></tr>\n</table>", "a web page"),
    "xml": (b'<?xml version="1.0"?>\n<rows><row a="1"/></rows>', "an XML document"),
    "log": (LOG.encode(), "the log of a training run"),
    "other-log": (OTHER_LOG.encode(), "the log of a training run"),
    "script": (b"#!/usr/bin/env python3\nimport torch\n", "a Python program"),
}
ENDINGS = {
    "net.py": "a Python program",
    "model.pt": "a PyTorch model",
    "model.onnx": "an ONNX model",
    "model.joblib": "a pickle",
    "recipe.yaml": "a YAML file",
    "recipe.toml": "a TOML file",
    "letter.doc": "a document of a word processor",
}


@pytest.mark.parametrize("kind", CONTENTS)
@pytest.mark.parametrize("name", ["a", "a.csv", "a.xls"])
def test_known_by_its_content(tmp_path, kind, name):
    content, what = CONTENTS[kind]
    path = tmp_path / name
    path.write_bytes(content)
    assert f"{path} is {what}" in no_table(path).problem or what in no_table(path).problem


@pytest.mark.parametrize("name", ENDINGS)
def test_known_by_its_ending(tmp_path, name):
    (tmp_path / name).write_text("x = 1\n")
    assert f"{name} is {ENDINGS[name]}" in no_table(tmp_path / name).problem


def test_every_kind_is_tried_here():
    seen = {what for _, what in CONTENTS.values()} | set(ENDINGS.values())
    assert [kind.what for kind in NOT_TABLES if not any(what in kind.what for what in seen)] == []


def test_saved_network_names_the_command_that_takes_it(tmp_path):
    path = tmp_path / "digits.npz"
    path.write_bytes(CONTENTS["saved"][0])
    assert no_table(path).hint.startswith(f"nndoctor predict {path} ROWS")


@pytest.mark.parametrize(
    "text",
    [
        "BMI,age\n1,2\n",
        "ID3,age\n1,2\n",
        "epoch,accuracy,loss\n1,0.5,0.3\n2,0.6,0.2\n3,0.7,0.1\n",
        "epoch loss\n1 0.5\n2 0.4\n",
        "# The data\n\n```toml\n[data]\nsource = 1\n```\n",
        "[1, 2]\n[3, 4]\n",
        "a,b\n<5,1\n<6,2\n",
        "<5,1\n<6,2\n",
        "name,text\nx,GIF89a\n",
        "%PDF,b\n1,2\n",
        "PK,name\n1,x\n",
        "Rar!,b\n1,2\n",
    ],
)
def test_tables_are_not_taken_for_something_else(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text)
    assert refuse_no_table(look(path)) is None
