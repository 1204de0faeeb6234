"""Where the loop of a script may stand, and how long it trains."""

import pytest

pytest.importorskip("torch")

from nndoctor.setup.python_file import open_python

from .parts import LOADER, PARTS, UPDATE, looped


def test_a_loop_at_the_top_of_a_file_is_not_run_and_says_what_belongs_together(run, script):
    path = script(PARTS, "worse = nn.NLLLoss()\n", LOADER, looped(UPDATE))
    made = open_python(path)
    assert (len(made.train), made.epochs, made.trainable.batch_size) == (120, 7, 10)
    assert made.trainable.shuffle
    assert "net, opt, criterion(outputs, targets), loader" in made.words[2]
    assert made.words[2].startswith("taken at train.py:")
    assert "trained" not in run("check-loss", path).err


IN_MAIN = """
def train(model, rows, criterion, optimizer):
    model.train()
    for number, (data, target) in enumerate(rows):
        data, target = data.to("cpu"), target.to("cpu")
        optimizer.zero_grad()
        output = model(data)
        loss = criterion(output, target)
        loss.backward()
        optimizer.step()

def main(epochs):
    net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    schedule = optim.lr_scheduler.StepLR(optimizer, 3)
    for epoch in range(1, epochs + 1):
        train(net, loader, nn.CrossEntropyLoss(), optimizer)
        schedule.step()

if __name__ == "__main__":
    main(6)
"""


TRAINER = """
class Trainer:
    def __init__(self, model):
        self.model = model
        self.optimizer = optim.Adam(model.parameters(), lr=1e-2)

    def fit(self, epochs):
        for epoch in range(epochs):
            for batch in loader:
                self.optimizer.zero_grad()
                loss = F.cross_entropy(self.model(batch[0]), batch[1])
                loss.backward()
                self.optimizer.step()

Trainer(net).fit(4)
"""


STEP = """
def train_step(inputs, labels):
    loss = criterion(net(inputs), labels)
    opt.zero_grad()
    loss.backward()
    opt.step()
    return loss.item()

for epoch in range(5):
    for a, b in loader:
        train_step(a, b)
"""


PHASES = """
loaders = {"train": loader, "val": loader}
for epoch in range(3):
    for phase in ("train", "val"):
        for a, b in loaders[phase]:
            opt.zero_grad()
            with torch.set_grad_enabled(phase == "train"):
                out = net(a)
                loss = criterion(out, b)
                if phase == "train":
                    loss.backward()
                    opt.step()
"""


@pytest.mark.parametrize(
    ("body", "epochs", "taken"),
    [
        (IN_MAIN, 6, "model, optimizer, criterion(outputs, targets), rows"),
        (TRAINER, 4, "self.model, self.optimizer, F.cross_entropy(outputs, targets), loader"),
        (STEP, 5, "net, opt, criterion(outputs, targets), loader"),
        (PHASES, 3, "net, opt, criterion(outputs, targets), loaders[phase]"),
    ],
)
def test_a_loop_may_stand_in_functions_and_classes(script, body, epochs, taken):
    made = open_python(script(PARTS, LOADER, body))
    assert (len(made.train), made.epochs, made.trainable.batch_size) == (120, epochs, 10)
    assert taken in made.words[2]
    assert any("StepLR after each epoch" in one for one in made.words) == (body is IN_MAIN)


@pytest.mark.parametrize(
    ("epochs", "before", "found"),
    [("for epoch in range(2, 6):", "", 4), ("for e in range(EPOCHS * 2):", "EPOCHS = 6\n", 12),
     ("while True:", "num_epochs = 9\n", 9), ("while True:", "", 10), ("if True:", "", 1)],
)  # fmt: skip
def test_how_long_it_trains_is_read_from_its_loop(script, epochs, before, found):
    made = open_python(script(before, PARTS, LOADER, looped(UPDATE, epochs=epochs)))
    assert made.epochs == found
    assert any("no loop over epochs" in word for word in made.words) == (found == 10)


def test_a_file_may_write_several_statements_on_a_line(script):
    line = "for a, b in loader: opt.zero_grad(); criterion(net(a), b).backward(); opt.step()\n"
    assert "criterion(outputs, targets)" in open_python(script(PARTS, LOADER, line)).words[2]


def test_a_gradient_that_is_shown_before_the_training_is_passed_by(script):
    shown = "w = torch.ones(2, requires_grad=True)\n(w ** 2).sum().backward()\n"
    made = open_python(script(shown, PARTS, LOADER, looped(UPDATE)))
    assert "criterion(outputs, targets)" in made.words[2]
    assert not any("is not looked at" in word for word in made.words)
    later = "for a, b in loader:\n    criterion(net(a + 1), b).backward()\n"
    made = open_python(script(PARTS, LOADER, looped(UPDATE), later))
    assert any("backward() of line" in word and "not looked at" in word for word in made.words)
