"""The table of files that are no tables: what each is, how it is known, and what to do with it."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from nndoctor.errors import DataError

from .json_text import is_recipe_like
from .source import SIZE, Source

STEP = r"\b(?:epoch|step|iter|iteration)\s*[\[(:=#]?\s*\d+"
STEP_LINE = re.compile(rf"{STEP}\s*/\s*\d+|{STEP}.*\b\w*loss\b", re.IGNORECASE)
LOSS_LINE = re.compile(r"\b\w*loss\b\s*[:=]?\s*-?\d", re.IGNORECASE)
HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body|table|meta)\b", re.I | re.S
)
XML = re.compile(r"\s*<\?xml\b|\s*<[A-Za-z][\w:.-]*[^>]*>\s*<", re.S)
TOML_LINE = re.compile(r"\[[\w.-]+\]|[\w.-]+\s*=")
RECIPE_TABLE = re.compile(r"\[(?:data|model|optimizer|training)\]\s*(?:#.*)?")
TRAINED_ON = "name the table that it was trained on: nndoctor checkup TABLE"
UNPACK = "unpack it, and name the table in it"


@dataclass(frozen=True)
class NotTable:
    """One kind of file that holds no table; `hint` may have {path} in it."""

    what: str
    hint: str
    known_by: Callable[[Source], bool] = lambda source: False
    endings: tuple[str, ...] = ()


def refuse_no_table(source: Source) -> None:
    """Raises DataError that says what the file is, and what to do with it."""
    kind = next((kind for kind in NOT_TABLES if kind.known_by(source)), None)
    kind = kind or next((kind for kind in NOT_TABLES if source.ending in kind.endings), None)
    if kind:
        raise DataError(f"{source} is {kind.what}, not a table", kind.hint.format(path=source.path))


def _begins(*magics: bytes) -> Callable[[Source], bool]:
    """For magics that no text begins with, or that are checked not to be one."""
    return lambda source: source.begins(*magics) and not source.text


def _has_member(*names: str) -> Callable[[Source], bool]:
    return lambda source: any(member.endswith(names) for member in source.members)


def _is_picture(source: Source) -> bool:
    sure = (b"\x89PNG", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"BM")
    webp = source.begins(b"RIFF") and source.start[8:12] == b"WEBP"
    svg = source.text[:1000].lstrip().startswith("<svg") or source.ending == "svg"
    return (source.begins(*sure) and not source.text) or webp or svg


def _is_media(source: Source) -> bool:
    riff = source.begins(b"RIFF") and source.start[8:12] in (b"WAVE", b"AVI ")
    named = source.begins(b"ID3", b"OggS", b"fLaC") or source.start[4:8] == b"ftyp"
    return (riff or named) and not source.text


def _is_tar(source: Source) -> bool:
    return source.start[257:262] == b"ustar"


def _is_safetensors(source: Source) -> bool:
    length = int.from_bytes(source.start[:8], "little")
    return source.start[8:10] == b'{"' and 2 <= length < 1 << 27


def _is_saved_network(source: Source) -> bool:
    members = source.members
    return "notes.npy" in members and any(name.startswith("network.") for name in members)


def _is_document(source: Source) -> bool:
    opendocument = b"opendocument.text" in source.start[:200]
    return "word/document.xml" in source.members or opendocument or source.begins(b"{\\rtf")


def _is_notebook(source: Source) -> bool:
    start = source.text[:1000].lstrip()
    return start.startswith("{") and '"cell_type"' in start and '"cells"' in start


def _is_toml(source: Source) -> bool:
    """Begins with a key or a table of TOML, and has one of a recipe's tables."""
    lines = [line for line in source.lines[:100] if not line.startswith("#")]
    begins = bool(lines) and bool(TOML_LINE.match(lines[0]))
    return begins and any(RECIPE_TABLE.fullmatch(line) for line in lines)


def _is_json_recipe(source: Source) -> bool:
    text = source.text.lstrip()
    if not text.startswith("{") or len(source.start) == SIZE:
        return False
    try:
        return is_recipe_like(json.loads(text))
    except ValueError:
        return False


def _is_log(source: Source) -> bool:
    """Text in which most lines tell of steps of a training or of losses."""
    lines = source.lines[:200]
    epochs = sum(bool(STEP_LINE.search(line)) for line in lines)
    losses = sum(bool(LOSS_LINE.search(line)) for line in lines)
    return epochs > 1 and losses > 1 and epochs + losses >= len(lines) / 2


NOT_TABLES: tuple[NotTable, ...] = (
    NotTable(
        "a picture",
        "write them as rows: np.savez('pictures.npz', X=..., y=...), then nndoctor checkup "
        "pictures.npz",
        _is_picture,
    ),
    NotTable("a sound or a film", "save its features as a table, such as CSV", _is_media),
    NotTable(
        "a PDF document",
        "copy its table into a spreadsheet and save that as CSV",
        lambda source: source.begins(b"%PDF-"),
    ),
    NotTable(
        "a document of a word processor",
        "copy its table into a spreadsheet and save that as CSV",
        _is_document,
        ("doc", "docx", "odt", "rtf"),
    ),
    NotTable(
        "a presentation",
        "copy its table into a spreadsheet and save that as CSV",
        _has_member("ppt/presentation.xml"),
        ("ppt", "pptx"),
    ),
    NotTable(
        "a network that nndoctor saved",
        "nndoctor predict {path} ROWS takes it, with a table of new rows",
        _is_saved_network,
    ),
    NotTable(
        "a PyTorch model",
        TRAINED_ON,
        _has_member("/data.pkl"),
        ("pt", "pth", "ckpt"),
    ),
    NotTable("a Keras model", TRAINED_ON, _has_member("model.weights.h5"), ("keras",)),
    NotTable("a file of a model's weights (safetensors)", TRAINED_ON, _is_safetensors),
    NotTable("an ONNX model", TRAINED_ON, endings=("onnx",)),
    NotTable(
        "a pickle: it holds Python objects, which are never loaded",
        "write it again as df.to_csv('table.csv', index=False), or arrays as "
        "np.savez('arrays.npz', X=..., y=...)",
        lambda source: bool(re.match(rb"\x80[\x02-\x05]", source.start)),
        ("pkl", "pickle", "joblib"),
    ),
    NotTable("an archive of files", "tar -xf {path}, and name the table that was in it", _is_tar),
    NotTable(
        "an archive of files",
        UNPACK,
        _begins(b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"),
        ("7z", "rar"),
    ),
    NotTable("packed with zstd or lz4", UNPACK, _begins(b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18")),
    NotTable(
        "a notebook",
        "let it save its table, df.to_csv('table.csv', index=False), and name that",
        _is_notebook,
        ("ipynb",),
    ),
    NotTable("a TOML file", "if it is a recipe: nndoctor checkup {path}", _is_toml, ("toml",)),
    NotTable(
        "a recipe in JSON",
        "write it as TOML: nndoctor checkup RECIPE.toml takes that",
        _is_json_recipe,
    ),
    NotTable(
        "a YAML file",
        "save a table as CSV; a recipe is written as TOML: nndoctor checkup RECIPE.toml",
        endings=("yaml", "yml"),
    ),
    NotTable(
        "a web page (HTML)",
        "open it in Excel or LibreOffice and save the table as CSV",
        lambda source: bool(HTML.match(source.text)),
        ("html", "htm"),
    ),
    NotTable(
        "an XML document",
        "open it in Excel or LibreOffice and save the table as CSV",
        lambda source: bool(XML.match(source.text)),
        ("xml",),
    ),
    NotTable("the log of a training run", TRAINED_ON, _is_log),
    NotTable(
        "a Python program",
        "nndoctor checkup {path}:setup examines the PyTorch set-up that its function gives",
        lambda source: bool(re.match(r"#!.*python", source.text)),
        ("py",),
    ),
)
