"""The stages around an optimizer, as they are written down; each answers a new array."""

import numpy as np


def clip_by_value(gradient, limit):
    return np.clip(gradient, -limit, limit)


def clip_by_norm(gradient, limit):
    return gradient * min(1.0, limit / (np.linalg.norm(gradient) + 1e-6))


def bounded(w, limit):
    """Each column of W [D_in, D_out] at most so long."""
    return np.stack([c * min(1.0, limit / max(np.linalg.norm(c), 1e-300)) for c in w.T], axis=1)


def averages(thetas, keep):
    """The running average after each of thetas [T, P], started at the first."""
    average, all_of_them = thetas[0], []
    for theta in thetas:
        average = keep * average + (1 - keep) * theta
        all_of_them.append(average)
    return np.array(all_of_them)


def train(
    theta,
    gradient_of,
    rates,
    layout,
    clip_value=0,
    clip_norm=0,
    weight_decay=0,
    decoupled=False,
    max_norm=0,
):
    """theta [P] after each update of plain gradient descent with the stages around it, [T, P]."""
    thetas = []
    for rate in rates:
        g = gradient_of(theta)
        g = clip_by_value(g, clip_value) if clip_value else g
        g = clip_by_norm(g, clip_norm) if clip_norm else g
        if decoupled:
            theta = theta * (1 - rate * weight_decay) - rate * g
        else:
            theta = theta - rate * (g + weight_decay * theta)
        for w in layout.weights(theta) if max_norm else []:
            w[...] = bounded(w, max_norm)
        thetas.append(theta.copy())
    return np.array(thetas)
