"""Two recipes as what changes between them in Keras's words."""

from ..recipe import Layer, Recipe

OPTIMIZERS = {
    "sgd": "SGD", "momentum": "SGD", "nesterov": "SGD", "adam": "Adam", "amsgrad": "Adam",
    "adamw": "AdamW", "adamax": "Adamax", "nadam": "Nadam", "rmsprop": "RMSprop",
    "adagrad": "Adagrad", "adadelta": "Adadelta", "lion": "Lion",
}  # fmt: skip
ACTIVATIONS = {"gelu_tanh": "gelu", "hard_tanh": "hard_tanh"}
LAYER_KEYS = {"units", "activation", "norm", "dropout", "bias", "init", "bias_init", "l2"}
SCALED = {"standardize": "StandardScaler", "minmax": "MinMaxScaler"}


def keras_code(
    before: Recipe, old: tuple[Layer, ...], after: Recipe, new: tuple[Layer, ...]
) -> tuple[list[str], set[str]]:
    """Lines from the rows to `fit`, and which keys of a recipe they say."""
    lines, said = [], {"title", "data.task", "data.target_encoding", "training.dtype"}
    for key, name in (("features", "X"), ("target", "y")):
        is_now = getattr(after.data.preprocess, key)
        if is_now != getattr(before.data.preprocess, key) and is_now in SCALED:
            lines.append(f"{name} = {SCALED[is_now]}().fit_transform({name})")
            said.add(f"data.preprocess.{key}")
    if layers(old) != layers(new):
        lines.append(f"model = keras.Sequential([{', '.join(layers(new))}])")
    said |= {f"layer.{key}" for key in LAYER_KEYS} | {"regularization.l2"}
    compiled = [one for one in _compiled(after) if one not in _compiled(before)]
    if compiled:
        lines.append(f"model.compile({', '.join(_compiled(after))})")
        said |= {"loss.name", "loss.from_logits"}
    said |= {f"optimizer.{key}" for key in type(after.optimizer).model_fields}
    changed = [
        f"{key}={getattr(after.training, key)}"
        for key in ("epochs", "batch_size", "shuffle")
        if getattr(after.training, key) != getattr(before.training, key)
    ]
    said |= {f"training.{key}" for key in ("epochs", "batch_size", "shuffle")}
    if changed:
        lines.append(f"model.fit(X, y, {', '.join(changed)})")
    return lines, said


def layers(given: tuple[Layer, ...]) -> list[str]:
    """The constructors of a Sequential, in their order."""
    made = []
    for layer in given:
        settings = [str(layer.units)]
        name = ACTIVATIONS.get(layer.activation.name, layer.activation.name)
        if name != "linear" and not layer.norm:
            settings.append(f"activation={name!r}")
        if layer.init.name != "glorot_uniform":
            settings.append(f"kernel_initializer={layer.init.name!r}")
        if not layer.bias:
            settings.append("use_bias=False")
        if layer.l2:
            settings.append(f"kernel_regularizer=keras.regularizers.L2({layer.l2 / 2:g})")
        made.append(f"Dense({', '.join(settings)})")
        if layer.norm:
            made.append(
                "BatchNormalization()" if layer.norm == "batch_norm" else "LayerNormalization()"
            )
            made += [f"Activation({name!r})"] * (name != "linear")
        if layer.dropout:
            made.append(f"Dropout({layer.dropout:g})")
    return made


def _compiled(recipe: Recipe) -> list[str]:
    given, loss = recipe.optimizer, recipe.loss
    settings = [f"learning_rate={given.learning_rate:g}"]
    if given.momentum:
        settings.append(f"momentum={given.momentum:g}")
    if given.name == "nesterov" or given.nesterov:
        settings.append("nesterov=True")
    if given.clip_norm:
        settings.append(f"global_clipnorm={given.clip_norm:g}")
    if given.weight_decay:
        settings.append(f"weight_decay={given.weight_decay:g}")
    name = OPTIMIZERS.get(given.name, given.name)
    parts = [f"optimizer=keras.optimizers.{name}({', '.join(settings)})"]
    logits = f"(from_logits={loss.from_logits})"
    named = {
        "cross_entropy": f"keras.losses.SparseCategoricalCrossentropy{logits}",
        "binary_cross_entropy": f"keras.losses.BinaryCrossentropy{logits}",
        "mse": "'mse'", "mae": "'mae'", "huber": "'huber'", "log_cosh": "'log_cosh'",
    }  # fmt: skip
    kinds = {"classification": "cross_entropy", "multilabel": "binary_cross_entropy"}
    chosen = loss.name or kinds.get(str(recipe.data.task), "mse")
    return [*parts, f"loss={named[chosen]}"] if chosen in named else parts
