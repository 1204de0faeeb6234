"""Single aspects of a recipe in a sound set-up: what is put there, and what that shows."""

import pytest

from nndoctor import setup as setups
from nndoctor.diagnosis import transplants as module
from nndoctor.diagnosis.causes import CAUSES
from nndoctor.diagnosis.laboratory import Budget, Laboratory
from nndoctor.diagnosis.references import sound_edits
from nndoctor.diagnosis.transplants import ASPECTS, NAMES, transplants
from nndoctor.diagnosis.trial import Patient, train_all
from nndoctor.recipe import loads

HEALTHY = """\
[data]
generator = "{generator}"
n = 150
[data.preprocess]
features = "standardize"
{target}
[model]
hidden = [64, 64]
[optimizer]
learning_rate = 0.01
[training]
epochs = 60
batch_size = 30
"""
# A change of the recipe above for each aspect, and where it shows in the sound set-up.
CHANGES = {
    "inputs": ('features = "standardize"', 'features = "none"', "data.preprocess.features"),
    "target": ('target = "standardize"', "", "data.preprocess.target"),
    "answer": ("hidden", 'output_activation = "sigmoid"\nhidden', "model.layers[2].activation"),
    "activation": ("hidden", 'activation = "softmax"\nhidden', "model.layers[1].activation"),
    "size": ("[64, 64]", "[1]", "model.hidden"),
    "weights": ("hidden", 'init = "normal(0,9)"\nhidden', "model.layers[0].init"),
    "penalties": ("[training]", "[regularization]\nl2 = 9.0\n[training]", "regularization"),
    "dropout": ("hidden", "dropout = 0.9\nhidden", "model.layers[1].dropout"),
    "optimizer": ("0.01", "9.0", "optimizer.learning_rate"),
    "schedule": ("[training]", '[schedule]\nname = "cosine"\n[training]', "schedule.name"),
    "steps": ("epochs = 60", "epochs = 1", "training.epochs"),
}


def patient_of(aspect: str = "", generator: str = "moons") -> Patient:
    target = 'target = "standardize"' if generator == "sine" else ""
    text = HEALTHY.format(generator=generator, target=target)
    if aspect:
        old, new, _ = CHANGES[aspect]
        assert old in text
        text = text.replace(old, new, 1)
    return Patient.of(setups.build(loads(text), "recipe", text))


def laboratory_of(patient: Patient, **more) -> Laboratory:
    return Laboratory(
        patient=patient, seeds=range(3), plain=[], reference=[1.0] * 3, standard="", held=True,
        sound=sound_edits(patient.plain, 0.01, 200), sound_scores=[1.0] * 3, budget=Budget(1e6),
        **more,
    )  # fmt: skip


def test_every_aspect_has_names_and_every_name_is_a_cause():
    assert set(NAMES) | {"optimizer"} == set(ASPECTS)
    assert {cause for names in NAMES.values() for cause in names} <= set(CAUSES)


@pytest.fixture
def trained(monkeypatch):
    """The edits that would have been trained, by nobody."""
    asked: list[dict[str, object]] = []

    def record(patient, edits, seeds, *more, **settings):
        asked.append(edits)
        return train_all(patient, {"training.epochs": 1}, seeds)

    monkeypatch.setattr(module, "train_all", record)
    return asked


@pytest.mark.parametrize("aspect", CHANGES)
def test_an_aspect_is_put_into_the_sound_set_up_and_nothing_else_is(aspect, trained):
    patient = patient_of(aspect, "sine" if aspect == "target" else "moons")
    found = transplants(laboratory_of(patient))
    assert aspect in found
    edits = trained[list(found).index(aspect)]
    recipe, place = patient.setup(edits).recipe, CHANGES[aspect][2]
    asked, sound = patient.recipe, patient.setup(sound_edits(patient.plain, 0.01, 200)).recipe
    assert _at(recipe, place) == _given(asked, place)
    for table in {"data", "optimizer", "schedule", "regularization", "loss"} - {
        place.split(".")[0]
    }:
        if not (aspect == "answer" and table in ("loss", "data")):
            assert getattr(recipe, table) == getattr(sound, table)


def _at(recipe, place: str):
    value = recipe
    for step in place.replace("]", "").replace("[", ".").split("."):
        value = value[int(step)] if step.isdigit() else getattr(value, step)
    return value


def _given(recipe, place: str):
    """The same in the short form, which says it once for all layers."""
    name = place.rpartition(".")[2]
    if place == "model.layers[2].activation":
        name = "output_activation"
    return getattr(recipe.model, name) if "layers" in place else _at(recipe, place)


def test_a_fault_spoils_in_its_own_aspect_alone():
    patient = patient_of("weights")
    sound = sound_edits(patient.plain, 0.01, 200)
    scores = [one.score(True) for one in train_all(patient, sound, range(3))]
    found = transplants(laboratory_of(patient))
    assert sum(scores) > 2.5
    assert not any(one.spoils for aspect, one in found.items() if aspect != "weights")


def test_against_a_faint_sound_set_up_nothing_is_said():
    laboratory = laboratory_of(patient_of("size"))
    laboratory.sound_scores = [0.1] * 3
    assert transplants(laboratory) == {}
