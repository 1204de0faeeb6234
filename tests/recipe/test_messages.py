"""Every kind of mistake: where it is, what it is, what was probably meant."""

import pytest

from nndoctor.errors import RecipeError
from nndoctor.recipe import loads

HEAD = '[data]\npath = "a.csv"\ntarget = "y"\n'
MODEL = "[model]\nhidden = [3]\n"


def told(text: str) -> list[tuple[str, str]]:
    with pytest.raises(RecipeError) as caught:
        loads(text)
    return [(mistake.problem, mistake.hint) for mistake in caught.value.mistakes]


@pytest.mark.parametrize(
    ("line", "problem", "hint"),
    [
        # names
        ('activation = "rleu"', "model.activation: 'rleu' is not an activation", '"relu"?'),
        ('activation = "identity"', "is not an activation", 'did you mean "linear"?'),
        ('activation = "zzz"', "'zzz' is not an activation", "permitted: linear, relu"),
        ('activation = "swish"', "'swish' is not an activation", 'did you mean "silu"?'),
        ('activation = "relu(1)"', "relu takes nothing in brackets", 'write "relu"'),
        # arguments
        ('init = "normal(0)"', "normal takes 2 arguments, not 1", "write normal(mean, std)"),
        ('init = "normal"', "normal takes 2 arguments, not 0", "write normal(mean, std)"),
        ('init = "normal(0, x)"', "'x' is not a number", ""),
        ('init = "normal(0, nan)"', "'nan' is not a number", ""),
        ('init = "normal(0, -1)"', "std is -1", "expected a number of 0 or more"),
        ('activation = "maxout(1.5)"', "pieces is 1.5", "a whole number from 1 to 64"),
        ('activation = "maxout(65)"', "pieces is 65", "a whole number from 1 to 64"),
        ('activation = "clipped_sigmoid(0.3)"', "least is 0.3", "a number from 0 to 0.25"),
        ('init = "uniform(1, 0)"', "lower end is above", 'did you mean "uniform(0, 1)"?'),
        ('activation = "leaky_relu(1, 2)"', "takes 0 to 1 arguments, not 2", "slope=0.01"),
        ('init_gain = "relu"', "'relu' is neither a number nor \"activation\"", "such as 1.0"),
        ("weight_norm = 1", '1 is neither true, false nor "data"', 'such as "data"'),
        ('weight_norm = "True"', "'True' is neither true, false", "write it without quotes: true"),
        ("init_gain = true", "True is neither a number nor", "such as 1.0"),
        ("init_gain = inf", "inf is neither a number nor", "such as 1.0"),
        ("init_gain = -2", "-2: a gain can't be negative", "try 2"),
        ("gain = 2", "there is no such key", 'did you mean "init_gain"?'),
        # numbers
        ("dropout = 1.0", "model.dropout: 1.0 can't be", "less than 1"),
        ("dropout = -0.1", "model.dropout: -0.1 can't be", "at least 0"),
        ('dropout = "0.5"', "'0.5' is text, not a number", "write it without quotes: 0.5"),
        ("dropout = true", "true is not a number", "such as 0.001"),
        ("dropout = nan", "nan is not finite", ""),
        ("batch_norm = true\nlayer_norm = true", "can't stand beside batch_norm", "one normal"),
        ('batch_norm = "True"', "'True' is neither true nor false", "lower case: true"),
        ("activation = 3", "3 is not text", 'write it in quotes: "3"'),
        # keys
        ("hiden = [3]", "model.hiden: there is no such key", 'did you mean "hidden"?'),
        ('act = "relu"', "there is no such key", 'did you mean "activation"?'),
        ("epochs = 3", "there is no such key", "it belongs in [training]"),
        ("lr = 3", "there is no such key", 'did you mean "learning_rate" in [optimizer]?'),
        ("qqq = 3", "there is no such key", "permitted: input_batch_norm, layers, hidden"),
    ],
)
def test_model_line(line: str, problem: str, hint: str) -> None:
    ((said, meant),) = told(f"{HEAD}{MODEL}{line}\n")
    assert said.startswith(f"recipe.toml:{5 + len(line.splitlines())}: model.")
    assert problem in said
    assert hint in meant


@pytest.mark.parametrize(
    ("table", "problem", "hint"),
    [
        ("[training]\nepochs = 0", "training.epochs: 0 can't be", "at least 1"),
        ("[training]\nepochs = 3.0", "3.0 is not a whole number", "write 3"),
        ("[training]\nepochs = true", "true is not a whole number", "such as 10"),
        ("[training]\nepochs = '20'", "'20' is text", "without quotes: 20"),
        ("[training]\nseed = -1", "training.seed: -1 can't be", "at least 0"),
        ("[training]\ndtype = 'f32'", "'f32' is not permitted here", '"float32"?'),
        ("[training]\ndtype = 5", "5 is not permitted here", "float32, float64"),
        ("[training]\nearly_stopping = 5", "5 is not a table", "write its keys"),
        ("[optimizer]\nlearning_rate = -0.1", "a negative learning rate climbs the loss", "0.1"),
        ("[optimizer]\nlearning_rate = 0", "learning rate of 0 nothing would move", ""),
        ("[optimizer]\nlearning_rate = '1e-3'", "is text", "write it without quotes: 1e-3"),
        ("[optimizer]\nbeta1 = 1.0", "optimizer.beta1: 1.0 can't be", "less than 1"),
        ("[optimizer]\nmomentum = 0.9", "adam optimizer has no setting momentum", "it takes: "),
        ("[optimizer]\nname = 'l-bfgs'", "'l-bfgs' is not an optimizer", 'did you mean "lbfgs"?'),
        ("[optimizer]\nbeta2_decay = -0.8", "adam optimizer has no setting beta2_decay", "takes: "),
        ("[optimizer]\nclip_value = -1.0", "optimizer.clip_value: -1.0 can't be", "at least 0"),
        ("[optimizer]\nname = 'adam(3)'", "'adam(3)' is not an optimizer", '"adam"?'),
        ("[schedule]\ndecay = 0.1", "constant schedule has no setting decay", "no settings"),
        ("[schedule]\nname = 'step'", "schedule.every is missing", "step schedule needs it"),
        ("[schedule]\nname = 'zzz'", "'zzz' is not a schedule", "permitted: constant, step"),
        ("[schedule]\nname = 'cosine_annealing'", "is not a schedule", '"cosine"?'),
        ("[schedule]\nname = 'ExponentialDecay'", "is not a schedule", '"exponential"?'),
        ("[schedule]\nname = 'ReduceLROnPlateau'", "is not a schedule", '"plateau"?'),
        ("[schedule]\nname = 'sgdr'", "is not a schedule", '"cosine_restarts"?'),
        ("[schedule]\nT_max = 3", "schedule.T_max: there is no such key", "permitted: name"),
        ("[schedule]\npct_start = 0.3", "there is no such key", '"peak_at"?'),
        ("[schedule]\nname = 'cosine'\nend = 1.1", "schedule.end: 1.1 can't be", "at most 1"),
        ("[schedule]\nname = 'cosine'\nevery = 3", "has no setting every", "it takes: end"),
        ("[schedule]\nname = 'multi_step'", "schedule.milestones is missing", "needs it"),
        ("[schedule]\nname = 'manual'", "schedule.rates is missing", "manual schedule needs it"),
        ("[schedule]\nname = 'manual'\nrates = []", "the list is empty", "at least one entry"),
        ("[schedule]\nname = 'manual'\nrates = [1, nan]", "rates[1]: nan is not finite", ""),
        ("[schedule]\nname = 'manual'\nrates = [-1]", "rates[0]: -1: a negative", "try 1"),
        ("[schedule]\nname = 'manual'\nrates = 0.1", "schedule.rates: 0.1 is not a list", ""),
        ("[schedule]\nname = 'one_cycle'\nstart_divisor = 0", "0 can't be", "more than 0"),
        ("[schedule]\nname = 'plateau'\nmin_delta = 1", "min_delta: 1 can't be", "less than 1"),
        ("[schedule]\nper = 'epochs'", "schedule.per: 'epochs' is not permitted", '"epoch"?'),
        ("[schedule]\nwarmup = -1", "schedule.warmup: -1 can't be", "at least 0"),
        ("[schedule]\nwarmup = 0.1", "schedule.warmup: 0.1 is not a whole number", "such as 10"),
        ("[loss]\nname = 'bce'", "'bce' is not a loss", '"binary_cross_entropy"?'),
        ("[loss]\ndelta = 2.0", "loss.delta is a setting of the huber loss", 'name = "huber"'),
        ("[loss]\nname = 'hinge'\nlabel_smoothing = 0.1", "hinge reads only the side", "entropy"),
        ("[loss]\nclass_weights = [1, -1]", "[1, -1] is neither", "one a class"),
        ("[loss]\nclass_weights = 'equal'", "loss.class_weights: 'equal' is neither", ""),
        ("[loss]\nclass_weights = [0, 0]", "the weights add up to 0", "has to count"),
        ("[loss]\nreduction = 'avg'", "'avg' is not permitted", "mean, sum"),
        ("[regularization]\nl2 = -1", "regularization.l2: -1 can't be", "at least 0"),
        ("[checks]\nND101 = 3", "checks.ND101: 3 is not a table", "[checks.ND101]"),
        ("[checks.ND101]\na = [1]", "a level is a number", ""),
        ("[checks.nd1]\na = 1", "'nd1' is not the code of a check", "such as ND101"),
        ("[[layers]]\nunits = 3", "layers: there is no such key", "it belongs in [model]"),
        ("[optimiser]\nlr = 3", "optimiser: there is no such key", '"optimizer"?'),
    ],
)
def test_other_table(table: str, problem: str, hint: str) -> None:
    ((said, meant),) = told(f"{HEAD}{MODEL}{table}\n")
    assert said.startswith("recipe.toml:")
    assert problem in said
    assert hint in meant


@pytest.mark.parametrize(
    ("data", "problem", "hint"),
    [
        ("target = 'y'", "neither path nor generator", "exactly one"),
        ("path = 'a.csv'\ntarget = 'y'\ngenerator = 'xor'", "both path and generator", ""),
        ("path = 'a.csv'\ntarget = 5", "5 is neither a column nor", "in quotes"),
        ("path = 'a.csv'\ntarget = []", "[] is neither a column nor", ""),
        ("path = ' '\ntarget = 'y'", "data.path is empty", ""),
        ("path = 'a.npz'\nn = 5", "data.n is a setting of a generator", "leave it out"),
        ("path = 'a.npz'\nvalidation = 1.0", "1.0 is not a share", "below 1"),
        ("path = 'a.npz'\nvalidation = true", "neither a share nor a path", ""),
        ("path = 'a.npz'\nvalidation = 0.6\ntest = 0.4", "leave no rows", "below 1"),
        ("path = 'a.npz'\nclasses = 1", "data.classes: 1 can't be", "at least 2"),
        ("path = 'a.npz'\npreprocess.features = 'pcs'", "'pcs' is not a way", '"pca"?'),
        ("path = 'a.npz'\npreprocess.components = 3", "none has no principal", "pca or whiten"),
        (
            "path = 'a.npz'\npreprocess = { features = 'zca', components = 3 }",
            "data.preprocess.components: zca has no principal components",
            "leave it out",
        ),
        (
            "path = 'a.npz'\npreprocess = { features = 'pca', components = -1 }",
            "-1 can't be",
            "at least 0",
        ),
        ("generator = 'spirals'", "'spirals' is not a generator", '"spiral"?'),
    ],
)
def test_data(data: str, problem: str, hint: str) -> None:
    ((said, meant),) = told(f"[data]\n{data}\n{MODEL}")
    assert problem in said
    assert hint in meant


@pytest.mark.parametrize(
    ("model", "problem"),
    [
        ("[model]", "recipe.toml:4: model.hidden is missing"),
        ("[model]\nhidden = 3", "model.hidden: 3 is not a list"),
        ("[model]\nhidden = [3, 0]", "model.hidden[1]: 0 can't be"),
        ("[model]\nlayers = []", "model.layers: there is no layer in it"),
        ("[model]\nhidden = [3]\n[[model.layers]]\nunits = 1", "can't stand beside"),
        ("[model]\nactivation = 'tanh'\n[[model.layers]]\nunits = 1", "can't stand beside"),
        ("[[model.layers]]\nbias = true", "recipe.toml:4: model.layers[0].units is missing"),
        ("", "recipe.toml: model is missing"),
        (
            "[[model.layers]]\nunits = 1\nbias_init = 'lsuv'",
            "recipe.toml:6: model.layers[0].bias_init: lsuv is for weights",
        ),
        ("[[model.layers]]\nunits = 1\nbias_init = 'orthogonal'", "orthogonal is for weights"),
        ("[[model.layers]]\nunits = 1\nbias_init = 'random_walk'", "random_walk is for weights"),
        ("[model]\ninit_gain = 2\n[[model.layers]]\nunits = 1", "can't stand beside"),
    ],
)
def test_model(model: str, problem: str) -> None:
    ((said, _),) = told(f"{HEAD}{model}\n")
    assert problem in said


def test_all_at_once_in_the_order_of_the_file() -> None:
    text = f"""{HEAD}
[training]
epochs = 0
lr = 1
[model]  # the k-th entry
[[model.layers]]
units = 3
[[model.layers]]
units = [
  '[[model.layers]]',
]
activation = "tahn"
[optimizer]
beta1 = 2
"""
    assert [problem.split(": ")[:2] for problem, _ in told(text)] == [
        ["recipe.toml:6", "training.epochs"],
        ["recipe.toml:7", "training.lr"],
        ["recipe.toml:12", "model.layers[1].units"],
        ["recipe.toml:15", "model.layers[1].activation"],
        ["recipe.toml:17", "optimizer.beta1"],
    ]


@pytest.mark.parametrize(
    ("text", "where", "hint"),
    [
        ("a = 1\nactivation = relu", "r.toml:2:14: relu is text", 'activation = "relu"'),
        ("path = data/x.csv", "data/x.csv is text", 'path = "data/x.csv"'),
        ("target = [a, b]", "an entry of the list", "text needs quotes"),
        ("lr = -.5", "no digit before the point", "lr = -0.5"),
        ("shuffle = True", "True is not a TOML value", "shuffle = true"),
        ("limit = None", "TOML has no None", "leave the key out"),
        ("limit =", "limit has no value", "leave the key out"),
        ("lr: 3", "key = value, with an equals sign", "lr = 3"),
        ("lr = 1e-3.5", "something is left over", ""),
        ("lr = 1\nlr = 2", "r.toml:2: lr is written twice", ""),
        ("[a]\n[a]", "[a] is written twice", "one table"),
        ('path = "C:\\data"', "a backslash in a string", "single quotes"),
        ("hello", "a line is key = value", ""),
        ('a = "x', "never closed", ""),
        ("a = [1,", "r.toml:1: ", ""),
        ("a = 1 # \x01", "not valid TOML: ", ""),
    ],
)
def test_syntax(text: str, where: str, hint: str) -> None:
    with pytest.raises(RecipeError) as caught:
        loads(text, "r.toml")
    (mistake,) = caught.value.mistakes
    assert where in mistake.problem
    assert mistake.problem.startswith("r.toml:")
    assert hint in mistake.hint


def test_sick_set_ups_are_not_refused() -> None:
    loads(
        f"""{HEAD}
[[model.layers]]
units = 1
activation = "softmax"
init = "constant( 1e3 )"
[loss]
name = "mse"
[optimizer]
name = "sgd"
learning_rate = 300
momentum = 1.0
"""
    )
