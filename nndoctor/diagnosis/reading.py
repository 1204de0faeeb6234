"""A diagnosis out of the fields of the result that machines read: `Diagnosis.to_dict` undone."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from ..findings import Finding, Verdict
from ..findings import Status as FindingStatus
from .diagnosis import Diagnosis
from .records import (
    Alternative,
    Gain,
    Improvement,
    NamedCause,
    NotTested,
    Optimism,
    Reached,
    Side,
    Step,
)
from .status import Status

Fields = Mapping[str, Any]

_AS_THEY_ARE = (
    "sentence",
    "rows",
    "seeds",
    "share",
    "prescription",
    "prescription_status",
    "replaced",
    "finished",
    "budget",
    "interrupted",
    "tried",
    "rule",
    "metric",
    "measure",
    "placebo",
    "recipe_text",
    "cured_recipe",
)


def read_diagnosis(document: Fields, findings: Iterable[Finding]) -> Diagnosis:
    """The diagnosis of a result; raises KeyError, TypeError or ValueError where it is none."""
    reference, optimism = document["reference"], document["optimism"]
    return Diagnosis(
        verdict=Verdict(document["verdict"]),
        findings=tuple(findings),
        words=tuple(document["words"]),
        gap=_gain(document["gap"]),
        reference=reference["name"],
        reference_score=_number(reference["score"]),
        simple=_reached(document["simple"]) if document["simple"] else None,
        causes=tuple(map(_cause, document["causes"])),
        alternatives=tuple(
            Alternative(one["cause"], one["change"], _gained(one["gain"]), _number(one["cost"]))
            for one in document["alternatives"]
        ),
        improvements=tuple(map(_improvement, document["improvements"])),
        ruled_out=tuple(document["ruled_out"]),
        not_tested=tuple(NotTested(one["cause"], one["why"]) for one in document["not_tested"]),
        before=_side(document["before"]),
        after=_side(document["after"]),
        trained=_side(document["trained"]),
        cure_gain=_gain(document["cure_gain"]),
        steps=tuple(
            Step(one["step"], FindingStatus(one["status"]) if one["status"] else None, one["seen"])
            for one in document["steps"]
        ),
        references=tuple(map(_reached, document["references"])),
        optimism=Optimism(
            _float(optimism["mixed"]), _float(optimism["apart"]), _gained(optimism["more"]),
            bool(optimism["shown"]),
        ) if optimism else None,
        evidence=tuple(dict(row) for row in document["cause_evidence"]),
        code=tuple(document["code"]),
        **{name: document[name] for name in _AS_THEY_ARE},
    )  # fmt: skip


def _cause(one: Fields) -> NamedCause:
    pair = (one["from_recipe"], one["to_recipe"]) if "from_recipe" in one else None
    return NamedCause(
        cause=one["cause"],
        status=Status(one["status"]),
        proof=one["proof"],
        gain=_gain(one["gain"]),
        tested_on=one["tested_on"],
        context=one["context"],
        recovery=_number(one["recovery"]),
        why=tuple(one["why"]),
        findings=tuple(one["findings"]),
        change=dict(one["change"]),
        advice=one["advice"],
        cures=bool(one["cures_alone"]),
        cost=_number(one["cost"]),
        pair=pair,
        refuted=bool(one["refuted"]),
        shared=bool(one["shared"]),
    )


def _improvement(one: Fields) -> Improvement:
    low, high = one["interval"]
    gain = _gained({"mean": one["gain"], "low": low, "high": high})
    return Improvement(one["cause"], one["words"], one["change"], gain)


def _gain(one: Fields | None) -> Gain | None:
    return None if one is None else _gained(one)


def _gained(one: Fields) -> Gain:
    """An end that is null lies at infinity."""
    low = -math.inf if one["low"] is None else _float(one["low"])
    high = math.inf if one["high"] is None else _float(one["high"])
    return Gain(_float(one["mean"]), low, high)


def _side(one: Fields | None) -> Side | None:
    if one is None:
        return None
    scores = tuple(_float(score) for score in one["scores"])
    return Side(_float(one["score"]), _float(one["score_spread"]), _float(one["loss"]), scores)


def _reached(one: Fields) -> Reached:
    return Reached(one["name"], _float(one["score"]), _float(one["score_spread"]))


def _number(value: float | str | None) -> float | None:
    return None if value is None else _float(value)


def _float(value: float | str) -> float:
    """NaN and infinity are words in the document."""
    return float(value) if isinstance(value, str) else value
