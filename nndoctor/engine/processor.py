"""Chooses the matrix kernels that fit the processor, before NumPy and SciPy load their BLAS."""

import os
from pathlib import Path

ZEN_5 = 26  # the first AMD family whose 512-bit units are of full width
NEEDED = {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"}


def prefer_wide_kernels(cpuinfo: Path = Path("/proc/cpuinfo")) -> None:
    """Asks OpenBLAS for its AVX-512 kernels where it would not think of them itself.

    The OpenBLAS of the NumPy and SciPy wheels (0.3.31) takes such processors for Haswell; with
    these kernels training was measured 1.7 times as fast. A choice of the user's own stands.
    """
    try:
        first = cpuinfo.read_text().split("\n\n", 1)[0]
    except OSError:
        return  # another system: its BLAS decides
    lines = [line.partition(":") for line in first.splitlines()]
    facts = {name.strip(): value.strip() for name, _, value in lines}
    family = facts.get("cpu family", "")
    overlooked = (
        facts.get("vendor_id") == "AuthenticAMD"
        and family.isdecimal()
        and int(family) >= ZEN_5
        and set(facts.get("flags", "").split()) >= NEEDED
    )
    if overlooked:
        os.environ.setdefault("OPENBLAS_CORETYPE", "SkylakeX")
