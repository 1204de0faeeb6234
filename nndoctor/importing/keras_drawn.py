"""Keras's initialisers as a recipe writes them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

# of standard normal numbers that are redrawn beyond 2, as Keras writes it
TRUNCATED_STD = 0.87962566103423978
INITIALIZERS = {
    "Zeros": "zeros",
    "Ones": "ones",
    "GlorotUniform": "glorot_uniform",
    "HeUniform": "he_uniform",
    "LecunUniform": "lecun_uniform",
    "GlorotNormal": "truncated_glorot_normal",
    "HeNormal": "truncated_he_normal",
    "LecunNormal": "truncated_lecun_normal",
    "Orthogonal": "orthogonal",
}
FIXED = ("Zeros", "Ones", "RandomNormal", "TruncatedNormal", "RandomUniform", "Constant")


def drawn(given: Mapping[str, Any], fan_in: int, fan_out: int) -> str | None:
    """Of a kernel [fan_in, fan_out]; None where a recipe has no such one."""
    if not _known(given):
        return None
    name, config = given["class_name"], given["config"]
    if name == "VarianceScaling":
        return _scaled(config, fan_in, fan_out)
    if name == "Orthogonal" and config.get("gain", 1.0) != 1:
        return None
    return _of_numbers(name, config) or INITIALIZERS.get(name)


def drawn_bias(given: Mapping[str, Any]) -> str | None:
    """Of a bias; the others take its number of units as their fan, which a recipe does not."""
    known = _known(given) and given["class_name"] in FIXED
    name = given["class_name"] if known else ""
    return (_of_numbers(name, given["config"]) or INITIALIZERS[name]) if known else None


def _known(given: Any) -> bool:
    own = isinstance(given, Mapping) and given.get("registered_name")
    return isinstance(given, Mapping) and not own and isinstance(given.get("config"), Mapping)


def _of_numbers(name: str, config: Mapping[str, Any]) -> str | None:
    if name == "RandomNormal":
        return f"normal({config['mean']}, {config['stddev']})"
    if name == "TruncatedNormal":
        return f"truncated_normal({config['mean']}, {config['stddev']})"
    if name == "RandomUniform":
        return f"uniform({config['minval']}, {config['maxval']})"
    if name == "Constant" and isinstance(config["value"], int | float):
        return f"constant({config['value']})"
    return None


def _scaled(config: Mapping[str, Any], fan_in: int, fan_out: int) -> str:
    fans = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}
    variance = float(config["scale"]) / max(1.0, fans[config["mode"]])
    if config["distribution"] == "uniform":
        bound = float(np.sqrt(3 * variance))
        return f"uniform({-bound!r}, {bound!r})"
    std = float(np.sqrt(variance))
    if config["distribution"] == "untruncated_normal":
        return f"normal(0, {std!r})"
    return f"truncated_normal(0, {float(std / TRUNCATED_STD)!r})"
