"""Where a command's runs are done: by threads of this machine, or by the workers of a cluster."""

from contextlib import AbstractContextManager

from ..errors import UsageError


def on_cluster(source: str, scheduler: str | None) -> AbstractContextManager[None]:
    """Inside, runs of `source` are done there. Raises UsageError where they can't leave here."""
    from ..running import cluster
    from ..setup import is_python

    if scheduler is not None and is_python(source):
        raise UsageError(
            f"--scheduler beside {source}",
            "leave it out: what a Python file makes is trained in this process",
        )
    return cluster(scheduler)
