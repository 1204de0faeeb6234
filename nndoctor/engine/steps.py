"""The update rules of the optimizers, as plain functions that a pointer compiles when chosen.

`step(g, theta, slots, s, t, rate, arrays)` overwrites the gradient g [P] with the whole step, rate
included; the training loop then does theta <- theta - g. slots: [S, P], zero at the start; s: the
settings, float64, in the order of the record; t: 1, 2, ...; rate: a scalar of theta's dtype;
arrays: `Layout.arrays`. Settings become numbers of theta's dtype last, so that 1 - beta is exact.
"""

import numpy as np


def velocity(g, theta, slots, s, t, rate, arrays):
    """v <- mu v + (1 - dampening) g;  step rate v, or the look-ahead rate (g + mu v).

    With the rate inside: v <- mu v + rate g;  step v. dampening = momentum averages the gradients.
    PyTorch's first step ignores dampening, here it starts from v = 0; without momentum it does
    nothing in both. Over the first s[5] steps mu rises (or falls) in a line from s[4] to s[0].
    """
    rising, ahead = t <= s[5], s[1] > 0
    mu = g.dtype.type(s[4] + (s[0] - s[4]) * (t - 1) / s[5] if rising else s[0])
    if mu == 0 and s[5] == 0:
        for i in range(g.size):
            g[i] *= rate
        return
    push, out = g.dtype.type(1.0 - s[2]), rate
    if s[3] > 0:
        push, out = push * rate, g.dtype.type(1)
    v = slots[0]
    for i in range(g.size):
        pushed = push * g[i]
        v[i] = mu * v[i] + pushed
        g[i] = out * (pushed + mu * v[i] if ahead else v[i])


def adagrad(g, theta, slots, s, t, rate, arrays):
    """c <- c + g^2;  step rate g / (sqrt(c) + eps); eps_inside: rate g / sqrt(c + eps)."""
    inside, c = s[1] > 0, slots[0]
    under, beside = g.dtype.type(s[0] if inside else 0.0), g.dtype.type(0.0 if inside else s[0])
    for i in range(g.size):
        c[i] += g[i] * g[i]
        g[i] = rate * g[i] / (np.sqrt(c[i] + under) + beside)


def adadelta(g, theta, slots, s, t, rate, arrays):
    """u = g sqrt(d + eps) / sqrt(c + eps); c and d: running means of g^2 and u^2;  step rate u."""
    rho, rest, eps = g.dtype.type(s[0]), g.dtype.type(1.0 - s[0]), g.dtype.type(s[1])
    c, d = slots[0], slots[1]
    for i in range(g.size):
        c[i] = rho * c[i] + rest * g[i] * g[i]
        u = g[i] * (np.sqrt(d[i] + eps) / np.sqrt(c[i] + eps))
        d[i] = rho * d[i] + rest * u * u
        g[i] = rate * u


def rmsprop(g, theta, slots, s, t, rate, arrays):
    """c <- rho c + (1 - rho) g^2;  u = g / (sqrt(c) + eps);  v <- mu v + u;  step rate v.

    eps stands outside the root as in PyTorch; with eps_inside within it, as in Keras.
    Centered: c less the square of the running mean of g; below 0, by rounding, it counts as 0.
    """
    rho, rest, inside = g.dtype.type(s[0]), g.dtype.type(1.0 - s[0]), s[4] > 0
    under, beside = g.dtype.type(s[1] if inside else 0.0), g.dtype.type(0.0 if inside else s[1])
    mu, centered, zero = g.dtype.type(s[2]), s[3] > 0, g.dtype.type(0)
    c, v, mean = slots[0], slots[1], slots[2]
    for i in range(g.size):
        c[i] = rho * c[i] + rest * g[i] * g[i]
        spread = c[i]
        if centered:
            mean[i] = rho * mean[i] + rest * g[i]
            spread -= mean[i] * mean[i]
            spread = zero if spread < zero else spread  # NaN is not < 0, so it stays
        v[i] = mu * v[i] + g[i] / (np.sqrt(spread + under) + beside)
        g[i] = rate * v[i]


def adam(g, theta, slots, s, t, rate, arrays):
    """m, v: running means of g and g^2;  step rate m_hat / (sqrt(v_hat) + eps).

    Without bias correction m and v stand for m_hat and v_hat. With eps_hat eps stands beside
    sqrt(v) before its correction, as Keras and scikit-learn have it.
    """
    beta1, rest1 = g.dtype.type(s[0]), g.dtype.type(1.0 - s[0])
    beta2, rest2, eps = g.dtype.type(s[1]), g.dtype.type(1.0 - s[1]), g.dtype.type(s[2])
    m, v = slots[0], slots[1]
    m_fix = v_fix = 1.0
    if s[3] > 0:
        m_fix, v_fix = 1.0 / (1.0 - s[0] ** t), 1.0 / np.sqrt(1.0 - s[1] ** t)
    scale, v_scale = g.dtype.type(rate * m_fix), g.dtype.type(v_fix)
    if s[4] > 0:
        eps = g.dtype.type(s[2] * v_fix)
    for i in range(g.size):
        m[i] = beta1 * m[i] + rest1 * g[i]
        v[i] = beta2 * v[i] + rest2 * g[i] * g[i]
        g[i] = scale * m[i] / (np.sqrt(v[i]) * v_scale + eps)


def amsgrad(g, theta, slots, s, t, rate, arrays):
    """Adam over the largest v so far."""
    beta1, rest1 = g.dtype.type(s[0]), g.dtype.type(1.0 - s[0])
    beta2, rest2, eps = g.dtype.type(s[1]), g.dtype.type(1.0 - s[1]), g.dtype.type(s[2])
    m, v, largest = slots[0], slots[1], slots[2]
    scale = g.dtype.type(rate / (1.0 - s[0] ** t))
    v_fix = 1.0 / np.sqrt(1.0 - s[1] ** t)
    v_scale = g.dtype.type(v_fix)
    if s[3] > 0:
        eps = g.dtype.type(s[2] * v_fix)
    for i in range(g.size):
        m[i] = beta1 * m[i] + rest1 * g[i]
        v[i] = beta2 * v[i] + rest2 * g[i] * g[i]
        largest[i] = largest[i] if largest[i] >= v[i] else v[i]
        g[i] = scale * m[i] / (np.sqrt(largest[i]) * v_scale + eps)


def adamax(g, theta, slots, s, t, rate, arrays):
    """u <- max(beta2 u, |g| + eps);  step rate m_hat / u."""
    beta1, rest1 = g.dtype.type(s[0]), g.dtype.type(1.0 - s[0])
    beta2, eps = g.dtype.type(s[1]), g.dtype.type(s[2])
    m, u = slots[0], slots[1]
    scale = g.dtype.type(rate / (1.0 - s[0] ** t))
    for i in range(g.size):
        m[i] = beta1 * m[i] + rest1 * g[i]
        faded, grown = beta2 * u[i], abs(g[i]) + eps
        u[i] = faded if faded >= grown else grown
        g[i] = scale * m[i] / u[i]


def nadam(g, theta, slots, s, t, rate, arrays):
    """Adam whose m_hat looks ahead: a share mu_(t+1) of m and the rest of g itself.

    mu_t = beta1 (1 - 0.96^(t psi) / 2), psi: momentum_decay; slots[2, 0]: the product of the mu.
    """
    beta1, rest1 = g.dtype.type(s[0]), g.dtype.type(1.0 - s[0])
    beta2, rest2, eps = g.dtype.type(s[1]), g.dtype.type(1.0 - s[1]), g.dtype.type(s[2])
    m, v, product = slots[0], slots[1], slots[2]
    mu = s[0] * (1.0 - 0.5 * 0.96 ** (t * s[3]))
    mu_next = s[0] * (1.0 - 0.5 * 0.96 ** ((t + 1) * s[3]))
    made = mu * (product[0] if t > 1 else 1.0)
    product[0] = made
    g_scale = g.dtype.type(rate * (1.0 - mu) / (1.0 - made))
    m_scale = g.dtype.type(rate * mu_next / (1.0 - made * mu_next))
    v_scale = g.dtype.type(1.0 / np.sqrt(1.0 - s[1] ** t))
    for i in range(g.size):
        m[i] = beta1 * m[i] + rest1 * g[i]
        v[i] = beta2 * v[i] + rest2 * g[i] * g[i]
        g[i] = (g_scale * g[i] + m_scale * m[i]) / (np.sqrt(v[i]) * v_scale + eps)


def radam(g, theta, slots, s, t, rate, arrays):
    """Adam with its rate rectified, and plain rate m_hat while v is of too few gradients.

    rho_t is how many gradients v stands for; up to 5 the variance of 1 / sqrt(v) is not settled.
    """
    beta1, rest1 = g.dtype.type(s[0]), g.dtype.type(1.0 - s[0])
    beta2, rest2, eps = g.dtype.type(s[1]), g.dtype.type(1.0 - s[1]), g.dtype.type(s[2])
    m, v = slots[0], slots[1]
    fade = s[1] ** t
    rho_all = 2.0 / (1.0 - s[1]) - 1.0
    rho = rho_all - 2.0 * t * fade / (1.0 - fade)
    m_fix, settled = rate / (1.0 - s[0] ** t), rho > 5.0
    if settled:
        share = (rho - 4.0) * (rho - 2.0) * rho_all / ((rho_all - 4.0) * (rho_all - 2.0) * rho)
        m_fix *= np.sqrt(share * (1.0 - fade))
    scale = g.dtype.type(m_fix)
    for i in range(g.size):
        m[i] = beta1 * m[i] + rest1 * g[i]
        v[i] = beta2 * v[i] + rest2 * g[i] * g[i]
        g[i] = scale * m[i] / (np.sqrt(v[i]) + eps) if settled else scale * m[i]


def lion(g, theta, slots, s, t, rate, arrays):
    """Step rate sign(beta1 m + (1 - beta1) g);  then m <- beta2 m + (1 - beta2) g."""
    beta1, rest1 = g.dtype.type(s[0]), g.dtype.type(1.0 - s[0])
    beta2, rest2 = g.dtype.type(s[1]), g.dtype.type(1.0 - s[1])
    m, unknown = slots[0], g.dtype.type(np.nan)
    for i in range(g.size):
        mixed = beta1 * m[i] + rest1 * g[i]
        m[i] = beta2 * m[i] + rest2 * g[i]
        # infinity has a sign too: without this a broken gradient would make an ordinary step
        # (np.isfinite tests x - x, which reassociation cancels for a sum)
        g[i] = rate * np.sign(mixed) if abs(mixed) < np.inf else unknown


def rprop(g, theta, slots, s, t, rate, arrays):
    """Step sign(g) d; d grows by 1.2 where g keeps its sign, halves where not, and g counts as 0.

    d starts at the rate and stays within 1e-6 and 50; later the rate only says whether to step.
    """
    last, d, unknown = slots[0], slots[1], g.dtype.type(np.nan)
    grow, shrink = g.dtype.type(1.2), g.dtype.type(0.5)
    low, high, zero = g.dtype.type(1e-6), g.dtype.type(50), g.dtype.type(0)
    for i in range(g.size):
        if t == 1:
            d[i] = min(max(rate, low), high)
        same = np.sign(last[i]) * np.sign(g[i])  # the product itself may underflow
        last[i] = zero if same < 0 else g[i]
        if not abs(g[i]) < np.inf:  # infinity has a sign too, and may turn
            d[i] = unknown  # which neither bound replaces
        elif same > 0:
            d[i] = high if d[i] * grow > high else d[i] * grow
        elif same < 0:
            d[i] = low if d[i] * shrink < low else d[i] * shrink
        g[i] = d[i] * np.sign(last[i]) if rate != 0 else zero
