"""Scripts that do more than can be read, and are told so with the code that is meant."""

import pytest

pytest.importorskip("torch")

from .parts import KINDS, LOADER, PARTS, looped


@pytest.mark.parametrize(
    ("update", "said"),
    [
        ("loss = criterion(a, b); loss.backward()", "no call of a model"),
        ("loss = criterion(net(a), b); loss.backward(); loss.backward()", "2 calls of backward()"),
        ("loss = criterion(net(a), b) * net[0].weight.norm(); loss.backward()", "net[0].weight"),
        ("loss = criterion(net(a), b); loss.backward(); ps = [p for p in net.parameters()]", ""),
        ("loss = net(a).sum(); loss.backward()", "net(a).sum()"),
        ("out = net(a)\n        if 1: out = out * 2; loss = criterion(out, b); loss.backward()",
         "out of if 1:"),
        ("loss = criterion(net(a), b)\n        if epoch > 2: loss += 0.1; loss.backward()",
         "loss of if epoch > 2:"),
        ("if epoch > 2: a *= 2\n        loss = criterion(net(a), b); loss.backward()",
         "a of if epoch > 2:"),
        ("if epoch > 2: a[:, 0] = 0\n        loss = criterion(net(a), b); loss.backward()",
         "a of if epoch > 2:"),
        ("if epoch > 2: a[:, 0] += 1\n        loss = criterion(net(a), b); loss.backward()",
         "a of if epoch > 2:"),
        ("d = {0: a}\n        for k in d: d[k] = d[k].to('cpu')\n"
         "        loss = criterion(net(d[0]), b); loss.backward()", ""),
    ],
)  # fmt: skip
def test_a_loop_that_does_more_is_left_to_its_user(run, script, update, said):
    done = run("check-loss", script(PARTS.replace("8, 2)", "8, 4)"), LOADER, looped(update)))
    if not said:
        assert done.code == 0
        return
    assert done.code == 2
    assert "does more than can be read" in done.err
    assert said in done.err
    assert "nndoctor init --torch" in done.err


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("for a, b in zip(x, y):\n    criterion(net(a), b).backward(); opt.step()\n",
         "one row at a time"),
        ("for i in range(120):\n    criterion(net(x[i]), y[i]).backward(); opt.step()\n",
         "one row at a time"),
        ("for i, (a, b) in enumerate(loader):\n    criterion(net(a), b).backward()\n"
         "    if b[0] == 1:\n        opt.step()\n", "if b[0] == 1"),
        ("def lose():\n    criterion(net(x), y).backward()\nlose()\n"
         "opt.step()\n", "do not follow each other"),
        ("def closure():\n    loss = criterion(net(x), y)\n    loss.backward()\n    return loss\n"
         "for t in range(9):\n    opt.zero_grad()\n    opt.step(closure)\n",
         "cleared outside of the closure"),
        ("def closure():\n    opt.zero_grad()\n    loss = criterion(net(x), y)\n"
         "    loss.backward()\n    nn.utils.clip_grad_norm_(net.parameters(), 1.0)\n"
         "    return loss\nfor t in range(9):\n    opt.step(closure)\n", "clip_grad_norm_"),
        ("for i in range(9):\n    n = torch.randn_like(x)\n"
         "    criterion(net(x + n), (n[:, 0] > 0).long()).backward(); opt.step()\n",
         "inputs and targets share torch.randn_like(x)"),
        ("raise FileNotFoundError('rows.csv')\n", "FileNotFoundError: rows.csv"),
    ],
)  # fmt: skip
def test_other_loops_are_refused_with_the_code_that_is_meant(run, script, body, said):
    done = run("check-loss", script(PARTS, LOADER, body))
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("update", "head", "said"),
    [
        ("s = s; loss = F.mse_loss(one(s[i:i + 10]), s[i + 1:i + 11]); loss.backward()",
         "for i in range(0, 110, 10):", "its first loss is"),
        ("a = (a - a.mean(0)) / a.std(0); criterion(net(a), b).backward()", "for a, b in loader:",
         "in its first update the model is given rows"),
        ("a, b = flip(a, b); criterion(net(a), b).backward()", "for a, b in loader:",
         "inputs and targets share flip(a, b)"),
        ("loss = criterion(net(a), b) * 0.9 ** epoch; loss.backward()", "for a, b in loader:",
         "epoch, which changes as it trains"),
        ("criterion(net(a), b).backward(); other.step()", "for a, b in loader:",
         "optimizers that step together: other, opt"),
        ("out = F.cross_entropy(net(a), b, reduction='none'); out.backward(torch.ones(10))",
         "for a, b in loader:", "out.backward(torch.ones(10))"),
        ("out = net(a) * 1; criterion(out[:, :1] @ h, b).backward(); h = h + 1",
         "for a, b in loader:", "h, which changes as it trains"),
        ("loss = F.cross_entropy(a[:, :1] @ h.detach(), b); loss.backward()", "for a, b in loader:",
         "no call of a model"),
        ("criterion(net(a + h[:, :1]), b).backward()", "for a, b in spent:", "has begun"),
        ("parts = []; parts.append(criterion(net(a), b)); sum(parts).backward()",
         "for a, b in loader:", "parts of parts.append(criterion(net(a), b))"),
        ("a.mul_(2); criterion(net(a), b).backward()", "for a, b in loader:", "a of a.mul_(2)"),
    ],
)  # fmt: skip
def test_what_is_not_what_the_script_does_is_not_taken(run, script, update, head, said):
    made = (
        "s = torch.sin(torch.arange(120.0)).unsqueeze(1)\n"
        "h = torch.ones(1, 2, requires_grad=True)\n"
        "one, spent = nn.Linear(1, 1), [iter(loader)][0]\n"
        "other = optim.SGD(net.parameters(), lr=0.1)\n"
    )
    done = run("check-loss", script(PARTS, LOADER, KINDS, made, looped(update, head)))
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("for a, b in loader:\n    for k in range(3):\n        opt.zero_grad()\n"
         "        criterion(net(a), b).backward()\n        opt.step()\n",
         "several updates with each of loader"),
        ("for a, b in DataLoader(TensorDataset(x, y), 10):\n    for k in range(3):\n"
         "        opt.zero_grad()\n        criterion(net(a), b).backward()\n        opt.step()\n",
         "several updates with each of DataLoader(TensorDataset(x, y), 10)"),
        ("for epoch in range(3):\n    opt.zero_grad()\n    for a, b in loader:\n"
         "        criterion(net(a), b).backward()\n        opt.step()\n",
         "gradients that are cleared only in an outer loop"),
        ("for i, (a, b) in enumerate(loader):\n    if i % 4 == 0:\n        opt.zero_grad()\n"
         "    criterion(net(a), b).backward()\n    opt.step()\n", "if i % 4 == 0"),
    ],
)  # fmt: skip
def test_updates_that_differ_from_round_to_round_are_refused(run, script, body, said):
    done = run("check-loss", script(PARTS, LOADER, body))
    assert done.code == 2
    assert said in done.err
