"""Functions of one number that LLVM can vectorise in float32; float64 goes to the C library.

Scalar libm calls cost 16 ns an element, these about 1 ns. Coefficients: tools/fit_elementary.py.
Largest relative error against float64, measured over all magnitudes: exp 3e-7, tanh and erf 4e-7,
log1p 3e-7; log is within 3e-7 of the larger of 1 and its value. NaN stays NaN, exp over- and
underflows to infinity and 0 (tests/engine/test_elementary.py).
"""

import math

import numpy as np
from numba.core import types
from numba.extending import overload

from .jit import EXACT_MATH, SAFE_MATH, kernel

F = np.float32
LOG2_E = F(1.4426950408889634)
LN2_HIGH, LN2_LOW = F(0.693359375), F(-2.12194440e-4)  # Cody & Waite 1980: the sum is ln 2
E2, E3, E4, E5 = F(0.4999923179), F(0.1666711447), F(0.04189011383), F(0.008312525052)
EXP_TOP, EXP_BOTTOM = F(89.0), F(-104.0)  # beyond, float32 is infinite or 0
ZERO, ONE, INFINITY, NAN = F(0.0), F(1.0), F(np.inf), F(np.nan)

TANH_TOP = F(9.02)  # beyond, float32 rounds tanh to 1
P0, P1, P2, P3 = F(0.9999999932), F(0.1308315419), F(0.003102998359), F(1.114422517e-05)
P4, P5, P6 = F(-2.018384476e-08), F(5.257720576e-11), F(-8.435897114e-14)
Q1, Q2, Q3 = F(0.4641648115), F(0.02449136909), F(0.000254474685)

ERF_TOP = F(3.92)  # beyond, float32 rounds erf to 1
A0, A1, A2, A3 = F(1.128379094), F(0.2071276513), F(0.05152520164), F(0.003990673861)
A4, A5, A6 = F(0.0001472888916), F(-1.942321368e-06), F(1.91108264e-08)
B1, B2, B3, B4 = F(0.5168933492), F(0.1179717402), F(0.0149582754), F(0.001021137214)

C1, C2, C3 = F(1.140700479), F(0.2823651537), F(0.004822666832)
D1, D2, D3 = F(1.640700298), F(0.7693829827), F(0.09261908862)
LN2, TINY = F(0.6931471805599453), F(1.17549435e-38)
ROOT_HALF_BITS = np.int32(0x3F3504F3)


@kernel(math=EXACT_MATH)
def _exp32(x):
    x = EXP_TOP if x > EXP_TOP else x
    x = EXP_BOTTOM if x < EXP_BOTTOM else x
    known = x if x == x else ZERO  # an integer can't hold NaN
    n = np.rint(known * LOG2_E)
    r = (x - n * LN2_HIGH) - n * LN2_LOW
    value = ONE + r + r * r * (E2 + r * (E3 + r * (E4 + r * E5)))
    # 2^n in two factors, so that the ends of the range are reached without overflow in between
    whole = np.int32(n)
    half = whole >> np.int32(1)
    first = np.int32((half + np.int32(127)) << np.int32(23)).view(np.float32)
    second = np.int32((whole - half + np.int32(127)) << np.int32(23)).view(np.float32)
    return value * first * second


@kernel
def _tanh32(x):
    x = TANH_TOP if x > TANH_TOP else x
    x = -TANH_TOP if x < -TANH_TOP else x
    u = x * x
    p = P0 + u * (P1 + u * (P2 + u * (P3 + u * (P4 + u * (P5 + u * P6)))))
    return x * p / (ONE + u * (Q1 + u * (Q2 + u * Q3)))


@kernel
def _erf32(x):
    x = ERF_TOP if x > ERF_TOP else x
    x = -ERF_TOP if x < -ERF_TOP else x
    u = x * x
    p = A0 + u * (A1 + u * (A2 + u * (A3 + u * (A4 + u * (A5 + u * A6)))))
    return x * p / (ONE + u * (B1 + u * (B2 + u * (B3 + u * B4))))


@kernel
def _log1p32(x):  # for x from 1/sqrt 2 - 1 to 1
    p = ONE + x * (C1 + x * (C2 + x * C3))
    return x * p / (ONE + x * (D1 + x * (D2 + x * D3)))


@kernel(math=EXACT_MATH)
def _log32(x):  # a subnormal number counts as 0
    bits = np.int32(np.float32(x).view(np.int32) - ROOT_HALF_BITS)
    k = bits >> np.int32(23)
    m = np.int32(bits - (k << np.int32(23)) + ROOT_HALF_BITS).view(np.float32)
    value = np.float32(k) * LN2 + _log1p32(m - ONE)
    value = value if x >= TINY else (-INFINITY if x >= ZERO else NAN)
    return value if x < INFINITY else x


def exp(x):
    """exp(x) inside a kernel."""
    return np.exp(x)


def tanh(x):
    """tanh(x) inside a kernel."""
    return np.tanh(x)


def erf(x):
    """The error function inside a kernel."""
    return math.erf(x)


def log(x):
    """ln x inside a kernel."""
    return np.log(x)


def log1p(x):
    """ln(1 + x) inside a kernel, for x from 0 to 1."""
    return np.log1p(x)


def like(x, constant):
    """A constant in x's precision, so that float32 is not widened inside a kernel."""
    return constant


@kernel
def finite(x):
    """Whether x is neither NaN nor infinite; np.isfinite asks x - x, which LLVM may call 0."""
    return abs(x) < INFINITY


FAST = {exp: _exp32, tanh: _tanh32, erf: _erf32, log: _log32, log1p: _log1p32}


def _by_precision(function, fast):
    @overload(function, jit_options={"error_model": "numpy", "fastmath": SAFE_MATH})
    def chosen(x):
        return (lambda x: fast(x)) if x == types.float32 else function


for _function, _fast in FAST.items():
    _by_precision(_function, _fast)


@overload(like)
def _like(x, constant):
    if x == types.float32:
        return lambda x, constant: np.float32(constant)
    return lambda x, constant: constant
