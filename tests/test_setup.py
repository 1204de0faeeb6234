"""From files and recipes to set-ups."""

from pathlib import Path

import numpy as np
import pytest

from nndoctor.data import read
from nndoctor.errors import DataError, NNDoctorError, RecipeError, UsageError
from nndoctor.recipe import loads, override
from nndoctor.setup import build, open_setup, open_table, save_recipe, with_recipe
from nndoctor.trainable import Plan

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "sample_data"
SPIRAL = '[data]\ngenerator = "spiral"\n'
HIDDEN = "[model]\nhidden = [8]\n"


def built(text, folder=Path()):
    return build(loads(text), "recipe", text, folder)


def layers(units, activation="linear"):
    return f'[[model.layers]]\nunits = {units}\nactivation = "{activation}"\n'


def write(folder, name, rows, header="a,b,y"):
    lines = [header, *(",".join(str(cell) for cell in row) for row in rows)]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / name


@pytest.mark.parametrize(
    ("name", "target", "kind", "loss", "outputs"),
    [
        ("digits.csv", "digit", "classification", "cross_entropy", 10),
        ("breast_cancer.csv", "diagnosis", "classification", "cross_entropy", 2),
        ("diabetes.csv", "progression", "regression", "mse", 1),
        ("spiral.csv", "arm", "classification", "cross_entropy", 3),
    ],
)
def test_each_sample_gets_a_sound_default_recipe(name, target, kind, loss, outputs):
    setup = open_setup(SAMPLES / name, target)
    task = setup.trainable.task
    assert (task.kind, task.loss, task.outputs) == (kind, loss, outputs)
    assert setup.is_default
    assert setup.argument == f"{SAMPLES / name} --target {target}"
    assert np.abs(setup.train.x.mean(axis=0)).max() < 1e-5  # standardised by the training rows
    if kind == "regression":
        assert setup.train.y.std() == pytest.approx(1, rel=1e-5)
    assert any(word.startswith(f"{kind}: ") for word in setup.words)  # the guess, and why
    rows = len((SAMPLES / name).read_text(encoding="utf-8").splitlines()) - 1
    assert len(setup.train) + len(setup.validation) == rows
    assert loads(setup.text) == setup.recipe


def test_overrides_change_the_default_recipe_and_its_text():
    changes = ("model.hidden=[5]", "training.seed=7", "data.limit=100", "training.epochs=2")
    setup = open_setup(SAMPLES / "digits.csv", "digit", changes)
    assert setup.trainable.layout.widths == (64, 5, 10)
    assert setup.recipe.training.seed == 7
    assert len(setup.train) + len(setup.validation) == 100
    assert loads(setup.text) == setup.recipe


@pytest.mark.parametrize("written", ["data.task=regression", 'data.task="regression"'])
def test_a_task_that_is_told_is_not_guessed(written):
    setup = open_setup(SAMPLES / "digits.csv", "digit", (written,))
    assert setup.trainable.task.kind == "regression"
    assert not any("classification" in word for word in setup.words)


@pytest.mark.parametrize("change", ["data.task=guess", 'data.limit="5"', "data.limit=-1"])
def test_a_bad_override_is_told_and_not_a_crash(change):
    with pytest.raises(RecipeError, match=change.split("=")[0].replace(".", r"\.")):
        open_setup(SAMPLES / "digits.csv", "digit", (change,))


def test_a_target_beside_a_recipe_is_refused():
    with pytest.raises(UsageError, match="--target y beside a recipe"):
        open_setup(ROOT / "recipes" / "spiral.toml", "y")


def test_the_seed_decides_the_split_and_nothing_else_does():
    first, again, other = (
        open_setup(SAMPLES / "spiral.csv", "arm", (f"training.seed={seed}",)) for seed in (1, 1, 2)
    )
    assert first.rows.tolist() == again.rows.tolist()
    assert first.rows.tolist() != other.rows.tolist()


@pytest.mark.parametrize("test", [0.0, 0.2])
def test_equal_rows_stay_in_one_part_unless_that_is_forbidden(tmp_path, test):
    rng = np.random.default_rng(0)
    kinds = np.column_stack([rng.normal(size=(60, 2)).round(6), np.arange(60) % 2])
    path = write(tmp_path, "rows.csv", kinds[rng.integers(0, 60, 200)].tolist())

    def parts(*changes):
        changes = ("data.preprocess.features=none", f"data.test={test}", *changes)
        setup, table = open_setup(path, "y", changes), open_table(path, "y", changes)
        assert (setup.rows == table.train.numbers).all()
        held = np.concatenate([p.x for p in (table.validation, table.test) if p is not None])
        assert len(table.train.x) + len(held) == 200
        return {tuple(row) for row in table.train.x} & {tuple(row) for row in held}

    assert len(parts("data.keep_equal_rows_together=false")) > 20
    assert parts() == parts("data.keep_equal_rows_together=true") == set()


def test_row_numbers_count_from_one_and_lead_back_to_the_file(tmp_path):
    path = write(tmp_path, "t.csv", [(i, -i, "pq"[i % 2]) for i in range(1, 41)])
    text = f'[data]\npath = "{path.name}"\ntarget = "y"\n{HIDDEN}'
    setup = built(text, tmp_path)
    np.testing.assert_array_equal(setup.train.x[:, 0], setup.rows)  # row i holds the number i
    assert (np.diff(setup.rows) > 0).all()


def test_a_batch_larger_than_the_data_is_said():
    setup = built(f"{SPIRAL}n = 60\n{HIDDEN}[training]\nbatch_size = 100\n")
    assert any("batch_size 100 is more than the 48 training rows" in word for word in setup.words)
    assert setup.epoch_updates == 1
    assert not any("batch_size" in word for word in built(f"{SPIRAL}n = 600\n{HIDDEN}").words)


@pytest.mark.parametrize(("size", "updates"), [(48, 1), (47, 2), (24, 2), (10, 5), (1, 48)])
def test_updates_of_an_epoch(size, updates):
    text = f"{SPIRAL}n = 60\n{HIDDEN}[training]\nbatch_size = {size}\nepochs = 3\n"
    setup = built(text)
    assert (setup.epoch_updates, setup.total_updates) == (updates, 3 * updates)


def test_a_validation_file(tmp_path):
    rows = [(i * i, i % 5, "pqr"[i % 3]) for i in range(30)]
    train = write(tmp_path, "train.csv", rows)
    write(tmp_path, "other.csv", [(10, 0, "r"), (12, 1, "q")])
    text = f'[data]\npath = "{train.name}"\ntarget = "y"\nvalidation = "other.csv"\n'
    setup = built(f'{text}[data.preprocess]\nfeatures = "minmax"\n{HIDDEN}', tmp_path)
    assert len(setup.train) == 30
    assert setup.validation.y.ravel().tolist() == [2, 1]  # the classes of the first file
    np.testing.assert_allclose(setup.validation.x[:, 0], [10 / 29**2, 12 / 29**2], rtol=1e-6)


@pytest.mark.parametrize(
    ("header", "row"), [("a,c,y", (1, 2, "p")), ("a,b,y", (1, 2, "new")), ("a,b,y", (1, 2, 3))]
)
def test_a_validation_file_that_does_not_fit(tmp_path, header, row):
    write(tmp_path, "train.csv", [(i, i % 5, "pqr"[i % 3]) for i in range(30)])
    write(tmp_path, "other.csv", [row, row], header)
    text = '[data]\npath = "train.csv"\ntarget = "y"\nvalidation = "other.csv"\n'
    with pytest.raises(DataError, match=r"other\.csv has"):
        built(text + HIDDEN, tmp_path)


@pytest.mark.parametrize(
    ("data", "units", "problem"),
    [
        ("", 2, "2 units, the target has 3 classes"),
        ("", 1, "1 unit, the target has 3 classes"),
        ('target_encoding = "one-hot"\n', 4, "4 units, the target has 3 classes"),
        ('target_encoding = "numeric"\n', 3, "3 units, the target 1 number a row"),
        ('task = "regression"\n', 2, "2 units, the target 1 number a row"),
        ('target_encoding = "class"\n', 1, "1 unit, the target has 3 classes"),
    ],
)
def test_output_units_that_cannot_fit(data, units, problem):
    with pytest.raises(RecipeError, match=problem):
        built(SPIRAL + data + layers(units))


@pytest.mark.parametrize(("encoding", "values"), [("", (0, 1)), ("numeric", (1, 2))])
def test_two_classes_on_one_unit_are_0_and_1_unless_told(tmp_path, encoding, values):
    write(tmp_path, "a.csv", [(i, i % 5, 1 + i % 2) for i in range(30)])
    told = f'target_encoding = "{encoding}"\n' if encoding else ""
    setup = built('[data]\npath = "a.csv"\ntarget = "y"\n' + told + layers(1), tmp_path)
    assert setup.trainable.task.labels == ("1", "2")
    assert setup.trainable.task.values == values
    assert sorted(set(setup.train.y.ravel().tolist())) == list(values)


def test_more_units_than_classes_fit_class_numbers():
    setup = built(SPIRAL + layers(5))
    assert setup.trainable.task.outputs == 5
    assert len(setup.trainable.task.labels) == 3


@pytest.mark.parametrize(
    ("text", "encoding", "loss", "values"),
    [
        (f'[data]\ngenerator = "moons"\n{HIDDEN}', "class", "cross_entropy", ()),
        (
            f'[data]\ngenerator = "moons"\ntarget_encoding = "one-hot"\n{HIDDEN}',
            "class",
            "cross_entropy",
            (),
        ),
        (
            f'[data]\ngenerator = "moons"\n{layers(1)}',
            "numeric",
            "binary_cross_entropy",
            (0.0, 1.0),
        ),
        (
            f'[data]\ngenerator = "moons"\ntarget_encoding = "class"\n{layers(1)}',
            "numeric",
            "binary_cross_entropy",
            (0.0, 1.0),
        ),
        (
            f'[data]\ngenerator = "moons"\n{HIDDEN}[loss]\nname = "binary_cross_entropy"\n',
            "numeric",
            "binary_cross_entropy",
            (0.0, 1.0),
        ),
        (f'[data]\ngenerator = "sine"\n{HIDDEN}', "numeric", "mse", ()),
    ],
)
def test_target_encodings(text, encoding, loss, values):
    task = built(text).trainable.task
    assert (task.encoding, task.loss, task.values) == (encoding, loss, values)


def test_scaling_the_target_of_a_classification_is_refused():
    with pytest.raises(RecipeError, match="scales classes"):
        built(f'{SPIRAL}{HIDDEN}[data.preprocess]\ntarget = "standardize"\n')


def test_the_stages_around_the_optimizer_reach_the_model():
    stages = {"weight_decay": 0.1, "clip_value": 0.2, "clip_norm": 0.3}
    keys = "".join(f"{key} = {value}\n" for key, value in stages.items())
    text = (
        f"{SPIRAL}{HIDDEN}[optimizer]\nname = 'lion'\nbeta2 = 0.5\n{keys}"
        "[regularization]\nmax_norm = 3.0\n[training]\nema = 0.9\n"
    )
    model = built(text).trainable
    assert model.optimizer_settings == {"beta1": 0.9, "beta2": 0.5}
    seen = {key: getattr(model, key) for key in (*stages, "max_norm", "ema")}
    assert seen == stages | {"max_norm": 3.0, "ema": 0.9}


@pytest.mark.parametrize(
    ("lines", "rates"),
    [
        ("", [0.5] * 9),
        ("warmup = 4", [0.125, 0.25, 0.375, 0.5] + 5 * [0.5]),
        ('warmup = 2\nper = "epoch"', [0.25] * 3 + [0.5] * 6),
        ('name = "exponential"\ndecay = 0.1', 0.5 * np.exp(-0.1 * np.arange(9))),
        ('name = "multi_step"\nmilestones = [1, 2]\nper = "epoch"',
         np.repeat([0.5, 0.05, 0.005], 3)),
        ('name = "manual"\nrates = [3, 2.5]', [3] + [2.5] * 8),
        ('name = "manual"\nrates = [3, 2.5]\nwarmup = 2', [1.5, 3, 3] + [2.5] * 6),
        ('name = "polynomial"', 0.5 * (1 - np.arange(9) / 9)),
        ('name = "polynomial"\nper = "epoch"', np.repeat([0.5, 1 / 3, 1 / 6], 3)),
        ('name = "polynomial"\nwarmup = 4', [0.125, 0.25, 0.375, 0.5, 0.5, 0.4, 0.3, 0.2, 0.1]),
        ('name = "cosine"\nend = 1.0', [0.5] * 9),
        ('name = "cosine_restarts"\nevery = 2', [0.5, 0.25] * 4 + [0.5]),
        ('name = "plateau"', [0.5] * 9),
    ],
)  # fmt: skip
def test_a_schedule_runs_over_the_training_of_its_recipe(lines, rates):
    training = "[training]\nepochs = 3\nbatch_size = 20\n"  # three epochs of three updates
    optimizer = '[optimizer]\nname = "sgd"\nlearning_rate = 0.5\n'
    setup = built(f"{SPIRAL}n = 60\n{HIDDEN}{optimizer}[schedule]\n{lines}\n{training}")
    trace = setup.trainable.fresh(0).train(setup.train, Plan(setup.total_updates))
    np.testing.assert_allclose(trace.rate, rates, rtol=1e-6)


def test_numbers_too_large_for_the_dtype(tmp_path):
    write(tmp_path, "t.csv", [(f"{i}e39", i, i % 2) for i in range(1, 31)])
    text = f'[data]\npath = "t.csv"\ntarget = "y"\n{HIDDEN}'
    with pytest.raises(DataError, match="too large for float32"), np.errstate(over="ignore"):
        built(text, tmp_path)
    wide = built(f'{text}[training]\ndtype = "float64"\n', tmp_path)
    assert wide.train.x.dtype == np.float64


def test_another_recipe_over_the_same_data():
    setup = built(SPIRAL + HIDDEN)
    other = with_recipe(setup, override(setup.recipe, ["model.hidden=[3, 3]", "model.init=zeros"]))
    assert other.trainable.layout.widths == (2, 3, 3, 3)
    assert other.train is setup.train
    assert not other.trainable.fresh(0).weights()["layer 1"].any()
    assert setup.trainable.layout.widths == (2, 8, 3)


def test_a_saved_recipe_gives_the_same_set_up_from_another_folder(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "recipes" / "mine").mkdir(parents=True)
    rows = [(i, i % 5, "pqr"[i % 3]) for i in range(30)]
    path = write(tmp_path / "data", "t.csv", rows)
    write(tmp_path / "data", "v.csv", rows)
    monkeypatch.chdir(tmp_path)
    setup = open_setup("data/t.csv", "y", ("model.hidden=[4]", "data.validation=data/v.csv"))
    saved = tmp_path / "recipes" / "mine" / "kept.toml"
    save_recipe(setup, saved)
    assert "../../data/t.csv" in saved.read_text(encoding="utf-8")
    monkeypatch.chdir(path.parent)
    again = open_setup(saved)
    np.testing.assert_array_equal(again.train.x, setup.train.x)
    np.testing.assert_array_equal(again.validation.x, setup.validation.x)
    assert again.trainable.layout.widths == setup.trainable.layout.widths
    assert not again.is_default


def test_saving_keeps_the_comments(tmp_path):
    text = f"# mine\n{SPIRAL}{HIDDEN}"
    save_recipe(built(text), tmp_path / "kept.toml")
    assert (tmp_path / "kept.toml").read_text(encoding="utf-8") == text


def test_every_error_is_of_the_family_that_the_command_line_catches(tmp_path):
    (tmp_path / "empty.csv").touch()
    for source in ("empty.csv", "none.csv", "none.toml", "none.yaml"):
        with pytest.raises(NNDoctorError) as raised:
            open_setup(tmp_path / source, None if "ml" in source else "y")
        assert raised.value.mistakes[0].hint


def test_the_network_has_as_many_inputs_as_components(tmp_path):
    rng = np.random.default_rng(0)
    rows = [(*numbers, "pq"[i % 2]) for i, numbers in enumerate(rng.normal(size=(60, 5)).round(3))]
    write(tmp_path, "t.csv", rows, "a,b,c,d,e,y")
    text = '[data]\npath = "t.csv"\ntarget = "y"\n[data.preprocess]\nfeatures = "whiten"\n'
    setup = built(f"{text}components = 3\n{HIDDEN}", tmp_path)
    assert setup.trainable.layout.widths == (3, 8, 2)
    np.testing.assert_allclose(np.cov(setup.train.x, rowvar=False), np.eye(3), atol=1e-5)
    assert setup.validation.x.shape[1] == 3
    assert "3 components of 5 features" in setup.words[0]
    assert setup.trainable.fresh(0).outputs(setup.validation).shape[1] == 2
    other = with_recipe(setup, override(setup.recipe, ["model.hidden=[4]"]))
    assert other.trainable.layout.widths == (3, 4, 2)
    zca = built(f"{text.replace('whiten', 'zca')}{HIDDEN}", tmp_path)
    assert zca.trainable.layout.widths == (5, 8, 2)
    assert "components" not in zca.words[0]


@pytest.mark.parametrize("kind", ["standardize", "pca", "zca"])
def test_new_rows_can_be_prepared_as_the_training_rows_were(kind):
    path = SAMPLES / "digits.csv"
    setup = open_setup(path, "digit", (f"data.preprocess.features={kind}",))
    dataset = read(path, "digit")
    again = setup.features.apply(dataset.x[setup.rows - 1], setup.train.x.dtype)
    np.testing.assert_array_equal(again, setup.train.x)


@pytest.mark.parametrize("kind", ["none", "standardize", "minmax"])
def test_scaled_targets_turn_back(kind):
    path = SAMPLES / "diabetes.csv"
    setup = open_setup(path, "progression", (f"data.preprocess.target={kind}",))
    dataset = read(path, "progression")
    back = setup.target.invert(setup.train.y)
    np.testing.assert_allclose(back, dataset.y[setup.rows - 1], rtol=1e-5)
    assert np.array_equal(setup.train.y, back) == (kind == "none")


@pytest.mark.parametrize("rows", [300, 3000])
def test_lsuv_sees_training_rows_and_no_other_initialiser_does(rows):
    setup = built(f'{SPIRAL}n = {rows}\n{HIDDEN}init = "lsuv"\n')
    sample = setup.trainable.sample
    assert len(sample) == min(512, len(setup.train))
    assert {row.tobytes() for row in sample} <= {row.tobytes() for row in setup.train.x}
    weights = setup.trainable.fresh(0).weights()["layer 1"]
    assert (sample @ weights).var() == pytest.approx(1, abs=0.0101)
    other = with_recipe(setup, override(setup.recipe, ["model.init=orthogonal"]))
    assert other.trainable.sample is None
    again = with_recipe(other, setup.recipe)
    assert again.trainable.initial(0).tobytes() == setup.trainable.initial(0).tobytes()


def test_gains_reach_the_weights():
    plain, doubled, own = (
        built(f"{SPIRAL}{HIDDEN}{line}").trainable.fresh(0).weights()
        for line in ("", "init_gain = 2\n", 'init_gain = "activation"\n')
    )
    np.testing.assert_allclose(doubled["layer 1"], 2 * plain["layer 1"])
    np.testing.assert_allclose(own["layer 1"], 2**0.5 * plain["layer 1"], rtol=1e-6)
    np.testing.assert_array_equal(doubled["output"], plain["output"])


@pytest.mark.parametrize(
    ("task", "loss", "targets", "word"),
    [
        ("regression", "binary_cross_entropy", [(0, 9), (3, 1)], "targets run from 0 to 9: binary"),
        ("regression", "binary_cross_entropy", [(-1, 1), (1, 0)], "targets run from -1 to 1"),
        ("regression", "binary_cross_entropy", [(0.2, 1), (0.5, 0)], ""),
        ("regression", "kl_divergence", [(0.2, 0.7), (0.5, 0.6)], "sum to 0.9 to 1.1"),
        ("regression", "kl_divergence", [(-0.2, 1.2), (0.5, 0.5)], "the smallest is -0.2"),
        ("regression", "kl_divergence", [(0.2, 0.8), (0.5, 0.5)], ""),
        ("regression", "mse", [(0, 9), (3, 1)], ""),
        ("multilabel", "binary_cross_entropy", [(0, 1), (1, 1)], ""),
    ],
)
def test_targets_that_a_loss_is_not_meant_for_are_told(tmp_path, task, loss, targets, word):
    rows = [(i, *targets[i % 2]) for i in range(20)]
    write(tmp_path, "t.csv", rows, "a,y,z")
    text = f'[data]\npath = "t.csv"\ntarget = ["y", "z"]\ntask = "{task}"\n{HIDDEN}'
    setup = built(text + f'[loss]\nname = "{loss}"\n', tmp_path)
    told = [said for said in setup.words if "is meant for" in said]
    assert len(told) == bool(word)
    assert word in "".join(told)
    setup.trainable.fresh(0).train(setup.train, Plan(2))  # allowed all the same


def test_numbers_for_classes_under_binary_cross_entropy_are_told(tmp_path):
    write(tmp_path, "t.csv", [(i, i % 3, 1 + i % 2) for i in range(20)])
    text = f'[data]\npath = "t.csv"\ntarget = "y"\ntarget_encoding = "numeric"\n{HIDDEN}'
    setup = built(text + '[loss]\nname = "binary_cross_entropy"\n', tmp_path)
    assert any("targets run from 1 to 2" in word for word in setup.words)


@pytest.mark.parametrize(
    ("hidden", "said"), [("[8, 8, 8]", "2-8-8-8-3 "), ("[9, 8, 8, 8, 8]", "2-9-4x8-3 ")]
)
def test_more_than_three_layers_of_one_width_are_counted(hidden, said):
    words = built(f"{SPIRAL}[model]\nhidden = {hidden}\n").words
    assert words[1].startswith(f"network {said}")
