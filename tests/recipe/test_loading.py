"""Files, overrides, and the corpus."""

from pathlib import Path

import pytest

from nndoctor.errors import RecipeError
from nndoctor.recipe import build, load, loads, override, to_toml

CORPUS = sorted((Path(__file__).parents[3] / "shared/corpus").glob("*/recipe.toml"))


@pytest.mark.skipif(not CORPUS, reason="no corpus beside the repository")
def test_the_corpus_loads() -> None:
    assert len(CORPUS) == 52
    for path in CORPUS:
        loaded = load(path)
        assert loaded.data_path is not None
        assert loaded.data_path.is_file()
        assert loads(to_toml(loaded.recipe)) == loaded.recipe


def test_paths_are_relative_to_the_recipe(tmp_path: Path, small: str) -> None:
    file = tmp_path / "r.toml"
    file.write_text(small, encoding="utf-8-sig")
    loaded = load(str(file))
    assert loaded.recipe.data.path == "a.csv"
    assert loaded.data_path == tmp_path / "a.csv"
    assert loaded.resolve("/b.csv") == Path("/b.csv")
    generated = small.replace('path = "a.csv"', 'generator = "xor"')
    file.write_text(generated)
    assert load(file).data_path is None


@pytest.mark.parametrize(
    ("name", "content", "problem", "hint"),
    [
        ("r.yaml", b"", "in YAML 1e-3 is a string", "write it as r.toml"),
        ("r.json", b"{}", "not JSON", "write it as r.toml"),
        ("r.csv", b"", "is data, not a recipe", 'path = "r.csv"'),
        ("r.toml", b" \n", "is empty", "[data] and [model]"),
        ("r.toml", b"a = 1\nb = '\xe9'", "r.toml:2: not UTF-8: byte 0xe9", "UTF-8"),
    ],
)
def test_refused_files(tmp_path: Path, name: str, content: bytes, problem: str, hint: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RecipeError) as caught:
        load(tmp_path / name)
    assert problem in caught.value.mistakes[0].problem
    assert hint in caught.value.mistakes[0].hint


def test_missing_files(tmp_path: Path) -> None:
    def hint(path: Path) -> str:
        with pytest.raises(RecipeError) as caught:
            load(path)
        return caught.value.mistakes[0].hint

    assert "no .toml file" in hint(tmp_path / "digits.toml")
    (tmp_path / "digits.toml").touch()
    assert f"did you mean {tmp_path / 'digits.toml'}?" in hint(tmp_path / "digit.toml")
    assert "recipes there: digits.toml" in hint(tmp_path / "xyz")
    assert "there is no folder" in hint(tmp_path / "no" / "digits.toml")
    assert "digits.toml" in hint(tmp_path)


def test_overrides(small: str) -> None:
    recipe = loads(
        small,
        overrides=[
            "optimizer.learning_rate=3e-3",
            "model.activation = leaky_relu(0.1)",
            "model.hidden[0]=7",
            "training.early_stopping.patience=3",
            'data.target=["a", "b"]',
            "title=two words",
        ],
    )
    assert recipe.optimizer.learning_rate == 3e-3
    assert recipe.model.activation == "leaky_relu(0.1)"
    assert recipe.model.hidden == (7,)
    assert recipe.training.early_stopping is not None
    assert recipe.training.early_stopping.patience == 3
    assert recipe.data.target == ("a", "b")
    assert recipe.title == "two words"


def test_override_of_a_layer(small: str) -> None:
    text = '[data]\ngenerator = "xor"\n' + "[[model.layers]]\nunits = 1\n" * 2
    recipe = loads(text, overrides=["model.layers[1].init=he_normal"])
    assert recipe.model.layers is not None
    assert [layer.init for layer in recipe.model.layers] == [None, "he_normal"]


def test_override_of_a_recipe(small: str) -> None:
    recipe = loads(small)
    changed = override(recipe, ["optimizer.name=adam"])
    assert (changed.optimizer.name, changed.optimizer.beta1) == ("adam", 0.9)
    assert changed.optimizer.learning_rate == 0.1
    assert recipe.optimizer.name == "sgd"


@pytest.mark.parametrize(
    ("setting", "problem", "hint"),
    [
        ("optimizer.lr=3", "optimizer.lr: there is no such key", '"learning_rate"?'),
        ("optimizr.name=sgd", "optimizr: there is no such key", '"optimizer"?'),
        ("model.activation=rleu", "'rleu' is not an activation", '"relu"?'),
        ("model.hidden[3]=1", "no entry [3]", "there are 1"),
        ("model[0]=1", "no entry [0]", "it is no list"),
        ("data.path.x=1", "there is no table above 'x'", ""),
        ("model.hidden", "not a key and a value", "such as --set"),
        ("a b=1", "not a key and a value", ""),
        ("training.epochs=3\nx=1", "is text, not a whole number", ""),
    ],
)
def test_override_mistakes(small: str, setting: str, problem: str, hint: str) -> None:
    with pytest.raises(RecipeError) as caught:
        loads(small, overrides=[setting])
    (mistake,) = caught.value.mistakes
    assert mistake.problem.startswith(f"--set {setting}: ")
    assert problem in mistake.problem
    assert hint in mistake.hint


def test_build_from_dicts() -> None:
    recipe = build({"data": {"generator": "xor", "n": 8}, "model": {"hidden": []}})
    assert (recipe.data.n, recipe.model.hidden) == (8, ())
    with pytest.raises(RecipeError, match="recipe: data is missing"):
        build({"model": {"hidden": []}})


def test_learning_rate_by_optimizer(small: str) -> None:
    text = small.replace("learning_rate = 0.1", "")
    assert loads(text).optimizer.learning_rate == 0.01
    assert loads(text.replace("sgd", "rmsprop")).optimizer.learning_rate == 0.001
    assert loads(text.partition("[optimizer]")[0]).optimizer.beta2 == 0.999


def test_adamw_decays_unless_told_otherwise(small: str) -> None:
    decaying = loads(small.replace("sgd", "adamw"))
    assert decaying.optimizer.weight_decay == 0.01
    assert override(decaying, ["optimizer.name=adam"]).optimizer.weight_decay == 0.0
    still = override(decaying, ["optimizer.weight_decay=0.0"])
    assert still.optimizer.weight_decay == 0.0
    assert loads(to_toml(still)) == still
