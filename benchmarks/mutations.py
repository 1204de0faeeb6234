"""Sound inputs of every kind, made from one small table, and what spoils them: for `fuzz.py`."""

import gzip
import io
import json
import random
import sqlite3
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.io import savemat

from nndoctor.recipe import names

Random = random.Random

ROWS = 40
DAY = datetime(2024, 1, 1)
TABLE = pd.DataFrame(
    {
        "a": np.sin(np.arange(ROWS)).round(3),
        "b": np.arange(ROWS) * 7 % 13,
        "c": np.array(["red", "green", "blue"])[np.arange(ROWS) % 3],
        "d": pd.date_range("2024-01-01", periods=ROWS).strftime("%Y-%m-%d"),
        "y": np.arange(ROWS) % 2,
    }
)
NUMBERS = TABLE[["a", "b", "y"]].astype(float)

RECIPE = """\
title = "small"
[data]
{source}
validation = 0.25
[data.preprocess]
features = "standardize"
[model]
hidden = [4, 3]
activation = "relu"
dropout = 0.1
batch_norm = true
[loss]
label_smoothing = 0.05
[regularization]
l2 = 0.001
[optimizer]
name = "adam"
learning_rate = 0.01
clip_norm = 1.0
[schedule]
name = "cosine"
warmup = 2
[training]
epochs = 3
batch_size = 8
seed = 1
ema = 0.5
[training.early_stopping]
patience = 2
[checks.ND301]
"""
LAYERS = """\
[data]
generator = "blobs"
n = 40
[[model.layers]]
units = 5
activation = "tanh"
init = "xavier"
[[model.layers]]
units = 3
[optimizer]
name = "sgd"
momentum = 0.9
[training]
epochs = 2
[training.ensemble]
runs = 2
"""
RECIPES = (
    RECIPE.format(source='path = "table.csv"\ntarget = "y"'),
    RECIPE.format(source='generator = "spiral"\nn = 30'),
    LAYERS,
)

# Values that programs trip over, as TOML has them.
ODD = (
    "0", "-1", "1", "2", "2147483648", "9223372036854775807", "9223372036854775808", "-0.0",
    "1" + "0" * 400, "9" * 5000, "0x" + "f" * 5000, "1000000", "1000000000", "0.5", "1e-300",
    "1e308", "-1e308", "nan", "inf", "-inf", "true", "false", '""', '" "', '"x"', '"y"',
    f'"{"n" * 300}"', '"~nobody-here/x.csv"', '"../x.csv"', '"/dev/zero"', '"pipe"', '"."',
    '"a\\u0000b"', '"\\u001b[31m"', '"\\u202e"', "[]", "[0]", "[-1]", "[1, 2]", '["a", "b"]',
    "[[1]]", "{}", "{a = 1}", "[" * 200 + "]" * 200, "[" * 5000 + "]" * 5000, "2024-01-01",
    "07:32:00", '"relu"', '"softmax"', '"adam"', '"lbfgs"', '"mse"', '"normal(0, 1e400)"',
    '"elu(nan)"', '"maxout(1000000)"', '"normal(1"', '"balanced"', "[1e308, 1e308]",
)  # fmt: skip
KEYS = (
    "title", "data", "data.path", "data.generator", "data.target", "data.task", "data.classes",
    "data.target_encoding", "data.validation", "data.test", "data.split", "data.group",
    "data.limit", "data.features", "data.drop", "data.columns.a", "data.missing", "data.header",
    "data.names", "data.encoding", "data.part", "data.n", "data.d", "data.noise", "data.seed",
    "data.preprocess.features", "data.preprocess.components", "data.preprocess.target", "model",
    "model.hidden", "model.layers", "model.layers[0].units", "model.activation", "model.init",
    "model.init_gain", "model.dropout", "model.batch_norm", "model.layer_norm", "model.weight_norm",
    "model.input_batch_norm", "model.output_activation", "model.output_init", "loss.name",
    "loss.from_logits", "loss.reduction", "loss.label_smoothing", "loss.class_weights",
    "loss.delta", "regularization.l1", "regularization.l2", "regularization.lq.q",
    "regularization.max_norm", "optimizer.name", "optimizer.learning_rate", "optimizer.momentum",
    "optimizer.beta1", "optimizer.beta2", "optimizer.eps", "optimizer.weight_decay",
    "optimizer.clip_value", "schedule.name", "schedule.decay", "schedule.every",
    "schedule.milestones", "schedule.rates", "schedule.warmup", "schedule.per", "training.epochs",
    "training.batch_size", "training.accumulate", "training.seed", "training.dtype",
    "training.validate_every", "training.early_stopping.patience", "training.ema",
    "training.noise.input_std", "training.noise.shift", "training.noise.image",
    "training.noise.rotate", "training.noise.brightness", "training.noise.padding",
    "training.ensemble.runs", "training.ensemble.checkpoints",
    "checks.ND301.seeds", "checks.ND305.count", "nothing.here",
)  # fmt: skip


_SOME = ("0", "1", "2", "3", "7", "1000", "1000000", "0.0", "0.1", "0.5", "0.999", "1e-12", "1e6")
_NAMED = {
    "activation": names.ACTIVATIONS,
    "output_activation": names.ACTIVATIONS,
    "init": names.INITIALIZERS,
    "output_init": names.INITIALIZERS,
    "generator": names.GENERATORS,
    "features": names.FEATURE_STEPS,
    "loss.name": names.LOSSES,
    "optimizer.name": names.OPTIMIZERS,
    "schedule.name": names.SCHEDULES,
}
_WORDS = {
    "task": ("classification", "regression", "multilabel"), "dtype": ("float32", "float64"),
    "target_encoding": ("class", "one-hot", "numeric"), "per": ("step", "epoch"),
    "split": ("random", "group", "time"), "reduction": ("mean", "sum"), "group": ("a", "c"),
    "target": ("a", "b", "c", "d", "y"), "drop": ("a", "c"), "a": ("class", "number", "date"),
    "missing": ("fill", "drop", "refuse"), "encoding": ("latin-1", "utf-16"),
    "padding": ("repeat", "zeros"),
}  # fmt: skip
_LISTS = {
    "hidden": ("[]", "[1]", "[5, 5, 5]", "[300]"),
    "milestones": ("[1, 2]",),
    "rates": ("[0.1, 1e-3]",),
    "class_weights": ("[1.0, 2.0]", "[0.0, 1.0, 3.0]"),
}


def plausible(key: str, rng: Random) -> str:
    """A value of the kind that a key takes, at its limits or not."""
    for known in (".".join(key.split(".")[-2:]), key.split(".")[-1]):
        if known in _NAMED:
            return f'"{rng.choice(_NAMED[known].names)}"'
        if known in _WORDS:
            return f'"{rng.choice(_WORDS[known])}"'
        if known in _LISTS:
            return rng.choice(_LISTS[known])
    return rng.choice((*_SOME, "true", "false"))


def spoiled_bytes(content: bytes, rng: Random) -> bytes:
    """Flipped, cut, doubled, overwritten: one to four times."""
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        if not content:
            return content
        at, length = rng.randrange(len(content)), rng.choice((1, 1, 2, 4, 8, 64))
        if rng.random() < 0.4:  # headers matter most
            at = rng.randrange(min(len(content), 200))
        chosen = rng.randrange(6)
        if chosen == 0:
            piece = bytes([content[at] ^ 1 << rng.randrange(8)])
            content = content[:at] + piece + content[at + 1 :]
        elif chosen == 1:
            content = content[:at] + rng.randbytes(length) + content[at + length :]
        elif chosen == 2:
            content = content[:at] if rng.random() < 0.5 else content[:at] + content[at + length :]
        elif chosen == 3:
            content = content[: at + length] + content[at:]
        else:
            odd = rng.choice((b"\xff", b"\0", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x80"))
            content = content[:at] + (odd * 8)[:length] + content[at + length :]
    return content


def spoiled_text(text: str, rng: Random) -> str:
    """Lines left out, doubled and swapped, words in them replaced by odd ones."""
    lines = text.split("\n")
    for _ in range(rng.choice((1, 1, 2))):
        at, chosen = rng.randrange(len(lines)), rng.randrange(8)
        if "=" in lines[at]:
            chosen = max(chosen, 1)
        if chosen == 0:
            lines.insert(at, lines[rng.randrange(len(lines))])
        elif chosen == 1 and len(lines) > 1:
            lines.pop(at)
        elif "=" in lines[at]:
            key = lines[at].split("=")[0].strip()
            lines[at] = f"{key} = {rng.choice(ODD) if rng.random() < 0.3 else plausible(key, rng)}"
        else:
            parts = lines[at].split(",")
            parts[rng.randrange(len(parts))] = rng.choice(ODD).strip('"')
            lines[at] = ",".join(parts)
    return "\n".join(lines)


def _saved(save: Callable[[Any], Any]) -> bytes:
    file = io.BytesIO()
    save(file)
    return file.getvalue()


def _undated(content: bytes) -> bytes:
    """A MATLAB file whose title does not say when it was written."""
    return content[:19].ljust(116) + content[116:]


def _sqlite() -> bytes:
    connection = sqlite3.connect(":memory:")
    TABLE.to_sql("rows", connection, index=False)
    return bytes(connection.serialize())


def _arff() -> str:
    head = "@relation r\n@attribute a numeric\n@attribute b numeric\n"
    head += "@attribute c {red,green,blue}\n@attribute d date\n@attribute y {0,1}\n@data\n"
    return head + TABLE.to_csv(index=False, header=False)


def _libsvm() -> str:
    return "".join(f"{int(y)} 1:{a} 2:{b}\n" for a, b, y in NUMBERS.to_numpy())


def _idx() -> bytes:
    return b"\0\0\x0d\x02" + ROWS.to_bytes(4, "big") + b"\0\0\0\3" + _be(NUMBERS)


LABELS = b"\0\0\x08\x01" + ROWS.to_bytes(4, "big") + bytes(TABLE["y"].tolist())


def _be(frame: pd.DataFrame) -> bytes:
    return frame.to_numpy().astype(">f4").tobytes()


def sound_files() -> dict[str, bytes]:
    """One sound file of each format, by the ending of its name."""
    x, y = NUMBERS[["a", "b"]].to_numpy(), NUMBERS["y"].to_numpy()
    text = TABLE.to_csv(index=False)
    columns = {name: TABLE[name].to_numpy() for name in ("a", "b", "y")}
    files = {
        "csv": text.encode(),
        "tsv": TABLE.to_csv(index=False, sep="\t").encode(),
        "utf16.csv": text.encode("utf-16"),
        "json": TABLE.to_json(orient="records").encode(),
        "jsonl": TABLE.to_json(orient="records", lines=True).encode(),
        "columns.json": TABLE.to_json().encode(),
        "arff": _arff().encode(),
        "svm": _libsvm().encode(),
        "npy": _saved(lambda file: np.save(file, NUMBERS.to_numpy())),
        "npz": _saved(lambda file: np.savez(file, X=x, y=y)),
        "packed.npz": _saved(lambda file: np.savez_compressed(file, X=x, y=y)),
        "parquet": _saved(lambda file: TABLE.to_parquet(file, index=False)),
        "feather": _saved(TABLE.to_feather),
        "xlsx": _saved(lambda file: TABLE.to_excel(file, index=False)),
        "db": _sqlite(),
        "mat": _undated(_saved(lambda file: savemat(file, columns))),
        "packed.mat": _undated(_saved(lambda file: savemat(file, columns, do_compression=True))),
        "dta": _saved(lambda file: TABLE.to_stata(file, write_index=False, time_stamp=DAY)),
        "idx": _idx(),
        "csv.gz": gzip.compress(text.encode(), mtime=0),
        "csv.zip": repacked({"table.csv": text.encode()}, zipfile.ZIP_DEFLATED),
    }
    try:
        import h5py
    except ImportError:
        return files

    def hdf5(file: io.BytesIO) -> None:
        with h5py.File(file, "w") as held:
            held["X"], held["y"] = x, y

    return files | {"h5": _saved(hdf5)}


def repacked(members: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    """A zip archive of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def spoiled_file(ending: str, content: bytes, rng: Random) -> bytes:
    """Spoiled as a whole, or inside and packed again, or as text."""
    if content[:2] == b"PK" and rng.random() < 0.7:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        name = rng.choice(list(members))
        members[name] = spoiled_bytes(members[name], rng)
        return repacked(members, zipfile.ZIP_DEFLATED)
    if ending.endswith(".gz") and rng.random() < 0.5:
        return gzip.compress(spoiled_bytes(gzip.decompress(content), rng))
    if ending in ("csv", "tsv", "json", "jsonl", "arff", "svm") and rng.random() < 0.6:
        return spoiled_text(content.decode(), rng).encode("utf-8", "replace")
    return spoiled_bytes(content, rng)


def spoiled_model(path: Path, rng: Random) -> bytes:
    """A saved network with another array, other notes, or other bytes."""
    if rng.random() < 0.25:
        return spoiled_file("npz", path.read_bytes(), rng)
    with np.load(path, allow_pickle=False) as held:
        arrays = dict(held)
    for _ in range(rng.randint(1, 2)):
        name = "notes" if rng.random() < 0.4 else rng.choice([*arrays])
        if name not in arrays:
            continue
        if name == "notes":
            notes = json.loads(str(arrays["notes"]))
            _spoil_notes(notes, rng)
            arrays["notes"] = np.array(json.dumps(notes))
        elif rng.random() < 0.1:
            del arrays[name]
        else:
            arrays[name] = _spoiled_array(arrays[name], rng)
    return _saved(lambda file: np.savez(file, **arrays))


def _spoiled_array(array: Any, rng: Random) -> Any:
    if array.dtype.kind not in "fiu":
        return rng.choice(
            (np.array("nope"), np.array(3.0), np.array(["adam"] * 2), array[..., None])
        )
    flat = array.ravel().copy()
    odd = (-1, 0, 1, 1 << 40, len(flat), len(flat) + 1)
    chosen = rng.randrange(8)
    if chosen == 0:
        return flat[: rng.randint(0, len(flat))]
    if chosen == 1:
        return np.append(flat, flat)
    if chosen == 2:
        return array.astype(rng.choice((np.float16, np.float64, np.int32, np.int64, np.complex64)))
    if chosen == 3:
        return array[None]
    if len(flat):
        at = rng.randrange(len(flat))
        if flat.dtype.kind == "f":
            flat[at] = rng.choice((np.nan, np.inf, -1.0, 1e30, 0.0))
        else:
            flat[at] = np.array(rng.choice(odd)).astype(flat.dtype)
    return flat.reshape(array.shape)


def _spoil_notes(notes: Any, rng: Random) -> None:
    """Replaces or drops one value anywhere in nested dicts and lists."""
    at = notes
    while True:
        keys = [*at] if isinstance(at, dict) else [*range(len(at))]
        if not keys:
            return
        key = rng.choice(keys)
        if isinstance(at[key], dict | list) and at[key] and rng.random() < 0.7:
            at = at[key]
            continue
        if isinstance(at, dict) and rng.random() < 0.15:
            del at[key]
        elif isinstance(at[key], str) and rng.random() < 0.5:
            at[key] = spoiled_text(at[key], rng)
        else:
            odd = (None, -1, 0, 1, 10**30, 1e308, float("nan"), "", "x", [], [1, 2], {}, True)
            at[key] = rng.choice(odd)
        return
