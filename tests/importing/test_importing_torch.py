"""A torch.nn.Sequential as a recipe: what is taken, what is refused, and the cure in words."""

import warnings

import numpy as np
import pytest

import nndoctor
from nndoctor.errors import UsageError
from nndoctor.importing import in_words
from nndoctor.recipe.editing import edit

torch = pytest.importorskip("torch")
nn, optim = torch.nn, torch.optim
pytestmark = pytest.mark.torch
X = np.random.default_rng(0).normal(size=(60, 3)).astype("f4")
Y = np.digitize(X[:, 0], [-0.5, 0.5])


def taken(model, x=X, y=Y, loss=None, optimizer=None):
    optimizer = optimizer or optim.Adam(model.parameters())
    return nndoctor.to_recipe(
        model, x, y, loss=loss or nn.CrossEntropyLoss(), optimizer=optimizer, epochs=3, batch_size=8
    )


def test_modules_become_layers():
    inner = nn.Sequential(nn.Linear(3, 8, bias=False), nn.BatchNorm1d(8), nn.ELU(0.5), nn.Dropout())
    setup = taken(nn.Sequential(nn.Flatten(), inner, nn.Linear(8, 3)))
    first, last = setup.recipe.model.layers
    assert (first.batch_norm, first.activation, first.dropout) == (True, "elu(0.5)", 0.5)
    assert (first.bias, last.units, last.init) == (False, 3, "fan_in_uniform")


def test_first_weights_that_are_not_pytorchs_are_said():
    model = nn.Sequential(nn.Linear(3, 50), nn.ReLU(), nn.Linear(50, 3))
    nn.init.zeros_(model[0].bias)
    nn.init.normal_(model[2].weight, std=2.0)
    first, last = taken(model).recipe.model.layers
    assert (first.init, first.bias_init) == ("fan_in_uniform", "zeros")
    assert last.init.startswith("normal(0")


def test_what_a_recipe_cannot_say_is_listed_at_once():
    model = nn.Sequential(nn.Linear(3, 8), nn.Dropout(), nn.Tanh(), nn.RReLU(), nn.Linear(8, 3))
    with pytest.raises(UsageError) as caught:
        taken(model, optimizer=optim.Adam(model[4].parameters()))
    told = " ".join(mistake.problem for mistake in caught.value.mistakes)
    for part in ("Tanh", "RReLU", "the optimizer does not have: 0.weight"):
        assert part in told


def test_bad_input_is_refused_with_what_is_wrong():
    model = nn.Sequential(nn.Linear(3, 3))
    with pytest.raises(UsageError, match="X has 2 columns, the first layer takes 3"):
        taken(model, X[:, :2])
    with pytest.raises(UsageError, match="y runs from 0 to 5 for 3 output units") as error:
        taken(model, y=np.arange(60) % 6)
    assert error.value.mistakes[0].hint == "6 output units, or class numbers from 0 to 2"
    with pytest.raises(UsageError, match="optimizer is missing"):
        nndoctor.to_recipe(model, X, Y, loss=nn.MSELoss(), epochs=1, batch_size=1)
    with pytest.raises(UsageError, match="forward can't be read"):
        taken(nn.TransformerEncoderLayer(4, 2))


def test_a_target_that_would_be_broadcast_is_told():
    setup = taken(nn.Sequential(nn.Linear(3, 1)), y=X[:, 0], loss=nn.MSELoss())
    assert any("unsqueeze" in word for word in setup.words)


def test_the_cure_is_said_in_pytorchs_words():
    model = nn.Sequential(nn.Linear(3, 8), nn.Sigmoid(), nn.Linear(8, 3), nn.Softmax(dim=1))
    setup = taken(model, optimizer=optim.SGD(model.parameters(), 1e-4))

    def words(edits):
        return in_words("PyTorch", setup.recipe, edit(setup.recipe, edits), 3)

    assert words({"model.layers[1].activation": "linear"}) == (
        "# remove nn.Softmax(dim=1) before CrossEntropyLoss: del model[3]",
    )
    assert words({"model.layers[0].activation": "relu"}) == (
        "model[1] = nn.ReLU()  # in place of nn.Sigmoid()",
    )
    adam = {
        "optimizer.name": "adam",
        "optimizer.learning_rate": 1e-3,
        "optimizer.momentum": None,
        "optimizer.nesterov": None,
        "optimizer.dampening": None,
    }
    assert words(adam) == ("optimizer = torch.optim.Adam(model.parameters(), lr=0.001)",)
    assert words({"training.epochs": 30, "optimizer.clip_norm": 1.0}) == (
        "epochs = 30",
        "nn.utils.clip_grad_norm_(model.parameters(), 1)  # before optimizer.step()",
    )


def test_an_activation_used_twice_is_one_of_each_layer_and_a_shared_linear_is_refused():
    act = nn.ReLU()
    setup = taken(nn.Sequential(nn.Linear(3, 8), act, nn.Linear(8, 4), act, nn.Linear(4, 3)))
    assert [layer.activation for layer in setup.recipe.model.layers] == ["relu", "relu", "linear"]
    same = nn.Linear(3, 3)
    with pytest.raises(UsageError, match="its weights are shared"):
        taken(nn.Sequential(same, nn.ReLU(), same))


def test_adamw_with_amsgrad_is_refused():
    model = nn.Sequential(nn.Linear(3, 3))
    with pytest.raises(UsageError, match="amsgrad=True of AdamW"):
        taken(model, optimizer=optim.AdamW(model.parameters(), amsgrad=True))


def test_first_weights_are_said_where_they_change_and_no_others():
    model = nn.Sequential(nn.Linear(3, 8, bias=False), nn.Sigmoid(), nn.Linear(8, 3))
    nn.init.zeros_(model[0].weight)
    recipe = taken(model).recipe

    def words(edits):
        return in_words("PyTorch", recipe, edit(recipe, edits), 3)

    assert words({"model.layers[0].init": "glorot_normal"}) == (
        "nn.init.xavier_normal_(model[0].weight)",
    )
    assert words({"model.layers[0].init": "fan_in_uniform"}) == (
        "nn.init.kaiming_uniform_(model[0].weight, a=5**0.5)",
    )
    assert words({"model.layers[1].bias_init": "constant(0.1)"}) == (
        "nn.init.constant_(model[2].bias, 0.1)",
    )
    (said,) = words({"model.layers[1].init": "lsuv"})
    assert said == "# PyTorch has no word for: layer 2: init = lsuv"
    (said,) = words({"model.layers[1].bias_init": "he_normal"})  # PyTorch's wants two dimensions
    assert said.startswith("# PyTorch has no word for: layer 2: bias_init = he_normal")
    # a module made anew starts as PyTorch makes it, whatever the one before it started from
    assert words({"model.layers[0].bias": True, "model.layers[0].bias_init": "zeros"}) == (
        "model[0] = nn.Linear(..., 8)  # in place of nn.Linear(..., 8, bias=False)",
        "nn.init.zeros_(model[0].weight)",
        "nn.init.zeros_(model[0].bias)",
    )
    # one layer more and one activation less: as many modules, others
    linear = [{"units": units, "activation": "linear"} for units in (8, 8, 3)]
    assert words({"model.layers": linear})[0] == (
        "model = nn.Sequential(nn.Linear(..., 8), nn.Linear(8, 8), nn.Linear(8, 3))"
    )
    assert words({"loss.name": "kl_divergence"}) == (
        "# PyTorch has no word for: loss.name = kl_divergence",
    )


def test_it_starts_from_the_weights_and_running_averages_at_hand():
    model = nn.Sequential(
        nn.BatchNorm1d(3), nn.Linear(3, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 1)
    ).double()
    rows = torch.tensor(np.random.default_rng(1).normal(2, 3, (40, 3)))
    model(rows)  # moves the averages
    optimizer = torch.optim.Adam(model.parameters())
    setup = nndoctor.to_recipe(
        model,
        rows,
        rows[:, :1],
        loss=nn.MSELoss(),
        optimizer=optimizer,
        epochs=2,
        batch_size=8,
        from_weights=True,
        metrics=["mae"],
    )
    with torch.no_grad():
        right = model.eval()(rows).numpy()
    np.testing.assert_allclose(setup.trainable.fresh(3).outputs(setup.train), right, rtol=1e-9)
    assert setup.recipe.training.metrics == ("mae",)


def normed(form):
    """A network of weight norms after some training, in the newer or the older form."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        first, last = form(nn.Linear(3, 6)), form(nn.Linear(6, 3, bias=False))
    model = nn.Sequential(first, nn.Tanh(), last)
    optimizer = optim.SGD(model.parameters(), lr=0.5)
    for _ in range(3):
        optimizer.zero_grad()
        nn.CrossEntropyLoss()(model(torch.tensor(X)), torch.tensor(Y)).backward()
        optimizer.step()
    return model, optimizer


@pytest.mark.parametrize("form", [nn.utils.parametrizations.weight_norm, nn.utils.weight_norm])
def test_weight_norm_is_taken_with_its_lengths(form):
    model, optimizer = normed(form)
    given = {"loss": nn.CrossEntropyLoss(), "optimizer": optimizer, "epochs": 3, "batch_size": 8}
    setup = nndoctor.to_recipe(model, X, Y, **given, from_weights=True)
    assert [layer.weight_norm for layer in setup.recipe.model.layers] == [True, True]
    out = setup.trainable.fresh(0).outputs(setup.train)
    right = model(torch.tensor(setup.train.x)).detach().numpy()
    np.testing.assert_allclose(out, right, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["spectral_norm", "orthogonal"])
def test_other_ways_to_make_a_weight_are_refused(name):
    form = getattr(nn.utils.parametrizations, name)
    with pytest.raises(UsageError, match="its weight is made of something else"):
        taken(nn.Sequential(form(nn.Linear(3, 3))))


def test_weight_norm_in_words():
    plain = taken(nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 3)))
    cure = edit(plain.recipe, {"model.layers[0].weight_norm": True})
    (line,) = in_words("PyTorch", plain.recipe, cure, 3)
    assert line.startswith("model[0] = nn.utils.parametrizations.weight_norm(nn.Linear(..., 8))")
    (said,) = in_words("Keras", plain.recipe, cure, 3)
    assert said == "# Keras has no word for: layer 1: weight_norm = True"
    from_data = edit(plain.recipe, {"model.layers[0].weight_norm": "data"})
    normed, said = in_words("PyTorch", plain.recipe, from_data, 3)
    assert normed == line
    assert said == "# PyTorch has no word for: layer 1: weight_norm = data"
