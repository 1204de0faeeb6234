"""Recipes written back, started from nothing, and described."""

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nndoctor.recipe import build, default_recipe, json_schema, loads, to_toml
from nndoctor.recipe.names import OPTIMIZER_SETTINGS, OPTIMIZERS, SCHEDULE_SETTINGS, SCHEDULES
from nndoctor.recipe.reference import reference
from nndoctor.recipe.schedule_table import FORMULAS

positive = st.floats(1e-12, 1e6)
share = st.floats(0, 0.49)
text = st.text(st.characters(codec="utf-8"))
name = text.filter(str.strip)


def some(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keys)


def near(default: float) -> st.SearchStrategy[float]:
    """Numbers that any setting with this default takes."""
    low = min(default, 0.001)
    return st.floats(default, 99.0) if default >= 1 else st.floats(low, low + 0.499)


layer = st.fixed_dictionaries(
    {"units": st.integers(1, 99)},
    optional={
        "activation": st.sampled_from(["relu", "linear", "elu(2)"]),
        "init": st.sampled_from(["ones", "normal(0, 0.1)"]),
        "init_gain": positive | st.just("activation"),
        "bias": st.booleans(),
        "dropout": share,
        "l2": positive,
    },
)
short = st.fixed_dictionaries(
    {"hidden": st.lists(st.integers(1, 99))},
    optional={"activation": st.just("tanh"), "batch_norm": st.booleans(), "dropout": share},
)
optimizer = st.sampled_from(OPTIMIZERS.names).flatmap(
    lambda named: st.fixed_dictionaries(
        {"name": st.just(named)},
        optional={
            key: st.booleans() if isinstance(default, bool) else near(default)
            for key, default in OPTIMIZER_SETTINGS[named].items()
        },
    )
)
schedule_values = dict.fromkeys(("every", "growth", "patience"), st.integers(1, 9)) | {
    "milestones": st.lists(st.integers(1, 99), min_size=1),
    "rates": st.lists(positive, min_size=1),
    "warmup": st.integers(0, 9),
    "per": st.sampled_from(["step", "epoch"]),
}


def schedule_of(named: str) -> st.SearchStrategy[dict[str, Any]]:
    taken = {**SCHEDULE_SETTINGS[named], "warmup": 0, "per": "step"}
    values = {key: schedule_values.get(key, st.floats(0.001, 0.999)) for key in taken}
    needed = {key: values.pop(key) for key, default in taken.items() if default is None}
    return st.fixed_dictionaries({"name": st.just(named), **needed}, optional=values)


schedule = st.sampled_from(SCHEDULES.names).flatmap(schedule_of)
recipes = st.fixed_dictionaries(
    {
        "data": st.fixed_dictionaries(
            {"path": name, "target": name | st.lists(name, min_size=1)},
            optional={
                "validation": share | name,
                "test": share,
                "preprocess": some(features=st.sampled_from(["none", "standardize"]))
                | some(features=st.just("pca"), components=st.just(0))
                | st.fixed_dictionaries(
                    {
                        "features": st.sampled_from(["pca", "whiten"]),
                        "components": st.integers(1, 10**6),
                    }
                ),
            },
        ),
        "model": short | st.fixed_dictionaries({"layers": st.lists(layer, min_size=1)}),
    },
    optional={
        "title": text,
        "loss": some(name=st.just("mse"), from_logits=st.booleans()),
        "regularization": some(l1=positive, elastic_net=some(strength=positive)),
        "optimizer": optimizer,
        "schedule": schedule,
        "training": some(
            epochs=st.integers(1, 10**9),
            shuffle=st.booleans(),
            early_stopping=some(patience=st.integers(1, 9)),
        ),
        "checks": st.dictionaries(
            st.from_regex(r"ND[0-9]{3}", fullmatch=True),
            st.dictionaries(name, st.booleans() | st.integers(-9, 9) | positive | text),
        ),
    },
)


@settings(max_examples=150, deadline=None)
@given(recipes)
def test_round_trip(table: dict[str, Any]) -> None:
    recipe = build(table)
    assert loads(to_toml(recipe)) == recipe


def test_only_what_differs_is_written(small: str) -> None:
    assert to_toml(loads(small)) == (
        '[data]\npath = "a.csv"\ntarget = "y"\n\n[model]\nhidden = [4]\n\n'
        '[optimizer]\nname = "sgd"\nlearning_rate = 0.1\n\n'
        "[training]\nepochs = 20\nbatch_size = 32\nseed = 0\n"
    )


@pytest.mark.parametrize("task", [None, "classification", "multilabel", "regression"])
def test_default_recipe(task: Any) -> None:
    written = default_recipe('dä"ta\\\x7f.csv', ("y", "z"), task, title="T", validation="v.csv")
    recipe = loads(written)
    assert recipe.data.path == 'dä"ta\\\x7f.csv'
    assert recipe.data.target == ("y", "z")
    assert (recipe.data.task, recipe.data.validation) == (task, "v.csv")
    assert recipe.data.preprocess.target == ("standardize" if task == "regression" else "none")
    assert (recipe.loss.name is None) == (task is None)
    assert recipe.loss.from_logits
    assert recipe.model.hidden == (64, 32)
    assert "# " in written


@pytest.mark.parametrize("rows", [1, 10, 100, 150, 1000, 10_000, 100_000, 10_000_000])
def test_the_default_recipe_fits_the_size(rows: int) -> None:
    recipe = loads(default_recipe("a.csv", "y", rows=rows))
    training, trained = recipe.training, max(round(0.8 * rows), 1)
    epoch = math.ceil(trained / training.batch_size)
    assert epoch <= 1000
    assert 20 <= training.epochs <= 500  # small tables train long enough, large ones end
    assert training.epochs * epoch >= min(2000, 500 * epoch)
    assert 0 < recipe.regularization.l2 <= 0.01


def test_the_penalty_falls_and_the_batches_grow_with_the_rows() -> None:
    recipes = [loads(default_recipe("a.csv", "y", rows=rows)) for rows in (100, 2000, 90_000)]
    penalties = [recipe.regularization.l2 for recipe in recipes]
    batches = [recipe.training.batch_size for recipe in recipes]
    assert penalties == sorted(penalties, reverse=True)
    assert len(set(penalties)) == 3
    assert batches == sorted(batches)
    assert batches[0] < batches[-1]


def test_default_recipe_of_arrays() -> None:
    assert "target" not in default_recipe("a.npz")
    assert loads(default_recipe("a.npz")).data.target is None


def test_json_schema_lists_the_names() -> None:
    schema = json.loads(json.dumps(json_schema()))
    layer = schema["$defs"]["LayerTable"]
    assert layer["additionalProperties"] is False
    plain, *called = layer["properties"]["activation"]["anyOf"]
    assert "leaky_relu" in plain["enum"]
    assert {"pattern": r"^leaky_relu\s*\(.*\)$"} in called


def test_every_optimizer_and_schedule_has_its_settings() -> None:
    assert set(OPTIMIZER_SETTINGS) == set(OPTIMIZERS.names)
    assert set(SCHEDULE_SETTINGS) == set(SCHEDULES.names) == set(FORMULAS)


def test_reference_is_current() -> None:
    written = Path(__file__).parents[2] / "docs/recipe.md"
    fresh = "python -m nndoctor.recipe.reference > docs/recipe.md"
    assert written.read_text(encoding="utf-8") == reference(), fresh


def test_import_is_light() -> None:
    heavy = "{'numpy', 'numba', 'pandas', 'tomlkit'}"
    code = f"import sys, nndoctor.recipe; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
