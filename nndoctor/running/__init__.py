"""Many runs at a time: on threads of this machine, or on the workers of a Dask cluster."""

from .dask_crew import cluster
from .spreading import spread
from .threads import run_all

__all__ = ["cluster", "run_all", "spread"]
