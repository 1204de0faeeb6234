"""Scripts whose model computes its loss itself."""

import numpy as np
import pytest

pytest.importorskip("torch")

from nndoctor.errors import UsageError
from nndoctor.setup.python_file import open_python

from .parts import LOADER, OPT, both_ways, looped

IN_ORDER = LOADER.replace("shuffle=True", "shuffle=False")
NETS = """
from dataclasses import dataclass

@dataclass
class Out:
    logits: torch.Tensor
    loss: torch.Tensor = None

class Named(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    def forward(self, inputs, mask=None, labels=None):
        logits = self.body(inputs if mask is None else inputs * mask)
        return Out(logits, None if labels is None else F.cross_entropy(logits, labels))

class Paired(Named):
    def forward(self, inputs, targets=None):
        logits = self.body(inputs)
        return (logits, F.cross_entropy(logits, targets)) if targets is not None else (logits, None)

class Squared(Named):
    def forward(self, inputs, y):
        out = self.body(inputs)[:, 0]
        return {"loss": F.mse_loss(out, y.float()), "pred": out}

class Logs(Named):
    def forward(self, inputs, y):
        out = F.log_softmax(self.body(inputs), dim=1)
        return F.nll_loss(out, y), out

class Odd(Named):
    def forward(self, inputs, y):
        out = self.body(inputs)
        return 0.3 * F.cross_entropy(out, y), out

class Peeking(Named):
    def forward(self, inputs, y):
        out = self.body(inputs) + F.one_hot(y, 2)
        return F.cross_entropy(out, y), out

class Next(nn.Module):
    def __init__(self, flat, shifted):
        super().__init__()
        self.words, self.head = nn.Embedding(9, 8), nn.Linear(8, 9)
        self.flat, self.shifted = flat, shifted
    def forward(self, idx, labels=None):
        logits = self.head(self.words(idx))
        if labels is None:
            return logits[:, [-1]], None
        B, T, C = logits.shape
        if self.shifted:
            return logits, F.cross_entropy(logits[:, :-1].transpose(1, 2), labels[:, 1:])
        flat = logits.view(B * T, C)
        return flat if self.flat else logits, F.cross_entropy(flat, labels.view(B * T))

class Rows(Dataset):
    def __len__(self):
        return 120
    def __getitem__(self, i):
        return {"inputs": x[i], "mask": torch.ones(4), "labels": y[i]}

named = DataLoader(Rows(), batch_size=10)
tokens = torch.randint(0, 9, (80, 6), generator=g)
"""
PAIRS = "pairs = DataLoader(TensorDataset(tokens[:, :-1], tokens[:, 1:]), 20)\n"
MOVED = "batch = {k: v.to('cpu') for k, v in batch.items()}; "


@pytest.mark.parametrize(
    ("net", "update", "head", "loss", "shape"),
    [
        ("Named()", f"{MOVED}out = net(**batch); loss = out.loss; loss.backward()",
         "for batch in named:", "CrossEntropyLoss", (120, 8)),
        ("Named()", "loss = net(inputs=a, labels=b).loss; loss.backward()", "for a, b in loader:",
         "CrossEntropyLoss", (120, 4)),
        ("Paired()", "logits, loss = net(a, b); loss.backward()", "for a, b in loader:",
         "CrossEntropyLoss", (120, 4)),
        ("Logs()", "loss, out = net(a, b); loss.backward()", "for a, b in loader:", "NLLLoss",
         (120, 4)),
        ("Squared()", "loss = net(a, b)['loss']; loss.backward()",
         "for a, b in loader:\n        b = b.float()", "MSELoss", (120, 4)),
        ("Next(False, False)", "logits, loss = net(a, b); loss.backward()", "for a, b in pairs:",
         "CrossEntropyLoss", (80, 5)),
        ("Next(True, False)", "_, loss = net(a, b); loss.mean().backward()", "for a, b in pairs:",
         "CrossEntropyLoss", (80, 5)),
        ("Next(False, True)", "loss = net(t, labels=t)[1]; loss.backward()",
         "for t in DataLoader(tokens, 20):", "CrossEntropyLoss", (80, 6)),
    ],
)  # fmt: skip
def test_a_loss_inside_of_a_model_is_known_by_its_value(script, net, update, head, loss, shape):
    path = script(NETS, PAIRS, IN_ORDER, f"net = {net}\n", OPT, looped(update, head))
    made = open_python(path)
    assert any(f"the loss inside of net, by its value, is {loss}" in one for one in made.words)
    assert made.train.x.shape == shape
    its, ours = both_ways(path)
    np.testing.assert_allclose(ours, its, rtol=2e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("net", "said"),
    [
        ("Odd()", "no loss of PyTorch gives it"),
        ("Peeking()", "outputs of net that depend on its y"),
    ],
)
def test_a_loss_that_is_none_of_pytorch_s_is_refused(script, net, said):
    path = script(NETS, LOADER, f"net = {net}\n", OPT, looped("net(a, b)[0].backward()"))
    with pytest.raises(UsageError) as refused:
        open_python(path)
    assert said in str(refused.value)
