"""The training loop around a user's model: batches, rates, looks, and where it breaks."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from ...errors import UsageError
from ...scores import score
from ...trace import LOOK, FirstBad, Trace
from ...trainable import Array, Batch, Plan
from .configuration import highest_rate
from .looking import look
from .modules import by_name, dropping, located, passed, weights_of
from .rate_plan import RatePlan
from .rows import call
from .task import by_place, terms

BATCH_NORM = torch.nn.modules.batchnorm._BatchNorm
SPAN = 0.1  # seconds after which the caller is asked whether to go on
OTHERS = {
    "sgd": torch.optim.SGD,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "rmsprop": torch.optim.RMSprop,
    "adagrad": torch.optim.Adagrad,
}


class Training:
    """One stretch of updates of one `TorchModel`."""

    def __init__(self, mine: Any, batch: Batch, plan: Plan) -> None:
        self.mine, self.batch, self.plan = mine, batch, plan
        rows = len(batch)
        size = plan.batch_size
        self.size = rows if size == 0 else min(size or mine.setup.batch_size, rows)
        if len(mine.order) != rows:
            mine.order, mine.position = np.arange(rows), 0
        self.inputs, self.targets = mine.unpacked(batch)
        self.optimizer = self._optimizer()
        self.modules = by_name(mine.model)
        planned = plan.rate is None and plan.optimizer is None
        self.rate_plan = mine.setup.rate_plan if planned else None
        self.following = mine.following if planned else None
        self.epoch_updates = mine.setup.batches(rows, self.size)
        self.norms = any(isinstance(one, BATCH_NORM) for one in self.modules.values())
        self.records: list[Array] = []
        self.looked: list[int] = []
        self.losses: list[float] = []
        self.rates: list[float] = []
        self.scores: list[float] = []

    def __call__(self, go_on: Callable[[int], bool] | None) -> Trace:
        mine, plan, bad = self.mine, self.plan, None
        asked = time.monotonic()
        with self._plainly(), self._own_rates():
            mine.as_given()
            for done in range(1, plan.updates + 1):
                if where := self._update(done - 1):
                    bad = FirstBad(mine.updates, where)
                    break
                mine.updates += 1
                due = done % plan.every == 0 if plan.every else time.monotonic() - asked > SPAN
                if go_on is not None and (due or (done == plan.updates and not plan.every)):
                    asked = time.monotonic()
                    if not go_on(done):
                        break
                    mine.as_given()
        if bad is None and (where := mine.bad_weights()):
            bad = FirstBad(mine.updates, where)
        looks = np.array(self.records) if self.records else np.zeros((0, len(mine.layers), 7))
        steps = np.array(self.looked, np.int64)
        return Trace(
            np.array(self.losses),
            np.array(self.rates),
            bad,
            mine.layers,
            steps,
            looks,
            np.array(self.scores),
        )

    def _update(self, number: int) -> str:
        """One update; where its loss is not finite, what broke, and no weight is moved."""
        mine, plan = self.mine, self.plan
        if plan.rate is not None:
            rates = np.asarray(plan.rate, np.float64)
            self._set_rate(float(rates[number] if rates.size > 1 else rates.reshape(-1)[0]))
        elif self.rate_plan is not None:
            self._follow(self.rate_plan)
        self.rates.append(highest_rate(self.optimizer))
        rows = self._next_rows()
        inputs, targets = self._rows(rows)
        looks = plan.look_every and mine.updates % plan.look_every == 0
        if mine.step is not None and plan.optimizer is None:
            return self._by_a_step(inputs, targets, bool(looks), rows)
        self.optimizer.zero_grad()
        with located(mine.model, inputs):
            if looks:
                out, seen = passed(mine.model, inputs)
            else:
                out = call(mine.model, inputs)
        loss = mine.lost(mine.criterion, out, targets)
        self._keep(float(loss), out, targets, rows)
        if not np.isfinite(self.losses[-1]):
            return self._broken_in(inputs)
        if loss.requires_grad:
            loss.backward()
        before = self._weights() if looks else {}
        self.optimizer.step()
        if looks:
            self._look(seen.layers, before)
        return ""

    def _by_a_step(self, inputs: Any, targets: Any, looks: bool, rows: Array) -> str:
        mine = self.mine
        before, seen = {}, None
        if looks:
            before = self._weights()
            with mine.looking(len(rows)), torch.no_grad():
                seen = passed(mine.model, inputs)[1]
        # by the time that the loss is known, the weights have moved
        start = mine.snapshot()
        loss = mine.stepped(self.optimizer, inputs, targets)
        out = None
        if self.plan.scored:
            with mine.looking(len(rows)), torch.no_grad():
                out = call(mine.model, inputs)
        self._keep(loss, out, targets, rows)
        if seen is not None:
            self._look(seen.layers, before)
        if np.isfinite(self.losses[-1]):
            return ""
        mine.model.load_state_dict(start)
        return self._broken_in(inputs)

    def _keep(self, loss: float, out: Any, targets: Any, rows: Array) -> None:
        """The mean loss, and the score of the rows where it is asked for."""
        if self.following is not None:
            self.following.seen(loss, len(rows))
        if self.mine.setup.task.reduction == "sum":
            loss /= terms(self.mine.setup.loss, targets)
        self.losses.append(loss)
        if self.plan.scored:
            values = by_place(self.mine.setup.task, out.detach()).to(torch.float64).cpu().numpy()
            self.scores.append(score(self.mine.setup.task, values, self.batch.rows(rows)))

    def _next_rows(self) -> Array:
        """The rows of the next batch: the last of a pass has what is left, as a DataLoader's,
        unless that is dropped.

        A lone row, on which batch norms can't be trained, is left out where there are any.
        """
        mine, rows = self.mine, len(self.mine.order)
        left = rows - mine.position
        if left < self.size and (mine.setup.drop_last or (self.norms and left == 1)):
            mine.position = 0
        if mine.position == 0 and mine.setup.shuffle:
            mine.shuffling.shuffle(mine.order)
        part: Array = mine.order[mine.position : mine.position + self.size].copy()
        mine.position = (mine.position + len(part)) % rows
        return part

    def _rows(self, rows: Array) -> tuple[Any, torch.Tensor]:
        index = torch.from_numpy(rows).to(self.targets.device)
        inputs = self.inputs
        if isinstance(inputs, dict):
            return {n: t[index] for n, t in inputs.items()}, self.targets[index]
        if isinstance(inputs, tuple):
            return tuple(t[index] for t in inputs), self.targets[index]
        return inputs[index], self.targets[index]

    def _optimizer(self) -> Any:
        name = self.plan.optimizer
        if name is None:
            return self.mine.optimizer
        if name not in OTHERS:
            raise UsageError(
                f"there is no optimizer {name!r} for a PyTorch set-up",
                f"one of {', '.join(OTHERS)}",
            )
        learning = [p for p in self.mine.model.parameters() if p.requires_grad]
        return OTHERS[name](learning or list(self.mine.model.parameters()), lr=1e-3)

    @contextmanager
    def _own_rates(self) -> Iterator[None]:
        """Gives the optimizer its rates back where the plan, or a schedule, has others."""
        groups = self.optimizer.param_groups
        self.given = [group["lr"] for group in groups]
        try:
            yield
        finally:
            if self.plan.rate is not None or self.rate_plan is not None:
                for group, rate in zip(groups, self.given, strict=True):
                    group["lr"] = rate

    def _follow(self, rate_plan: RatePlan) -> None:
        """The rates that the user's schedule has by now."""
        if self.following is not None:
            done = self.mine.updates // (self.epoch_updates if rate_plan.per_epoch else 1)
            shares = self.following.shares(self.mine, done)
            for i, group in enumerate(self.optimizer.param_groups):
                group["lr"] = self.given[i] * shares[min(i, len(shares) - 1)]
            return
        time = rate_plan.at(self.mine.updates, self.epoch_updates)
        rates = rate_plan.rates(self.given, time)
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = rate
        rate_plan.moved(self.optimizer, time)

    def _set_rate(self, rate: float) -> None:
        """All groups, in the proportion in which the user set them."""
        most = max(self.given) or 1.0
        for group, given in zip(self.optimizer.param_groups, self.given, strict=True):
            group["lr"] = rate * (given / most if given else 1.0)

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Without dropout and weight decay where the plan asks for it."""
        if self.plan.regularised:
            yield
            return
        kept = dropping(self.mine.model)
        groups = [g for g in self.optimizer.param_groups if g.get("weight_decay")]
        decays = [group["weight_decay"] for group in groups]
        try:
            for module, name, _ in kept:
                setattr(module, name, 0.0)
            for group in groups:
                group["weight_decay"] = 0.0
            yield
        finally:
            for module, name, value in kept:
                setattr(module, name, value)
            for group, decay in zip(groups, decays, strict=True):
                group["weight_decay"] = decay

    def _broken_in(self, inputs: Any) -> str:
        """Where this batch turns not finite on its way through the model; "loss" if after it."""
        with torch.no_grad():
            return passed(self.mine.model, inputs)[1].first_bad or "loss"

    def _weights(self) -> dict[str, list[torch.Tensor]]:
        return {
            name: [p.detach().clone() for p in weights_of(self.modules[name]).values()]
            for name in self.mine.layers
        }

    def _look(self, layers: Any, before: dict[str, list[torch.Tensor]]) -> None:
        """A row a layer: what it put out, its gradient, its update and its weights."""
        seen, record = look(layers), np.full((len(self.mine.layers), len(LOOK)), np.nan)
        for index, name in enumerate(self.mine.layers):
            own = list(weights_of(self.modules[name]).values())
            grads = [p.grad for p in own if p.grad is not None]
            moved = [p.detach() - old for p, old in zip(own, before[name], strict=True)]
            record[index, :4] = seen.get(name, (np.nan,) * 4)
            record[index, 4:] = _norm(grads), _norm(moved), _norm(before[name])
        self.records.append(record)
        self.looked.append(self.mine.updates)


def _norm(tensors: list[torch.Tensor]) -> float:
    return math.sqrt(sum(float(t.double().square().sum()) for t in tensors))
