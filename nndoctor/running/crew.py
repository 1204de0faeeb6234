"""Who does runs: the small protocol that threads and a cluster share, and who does them now.

Where a run is done changes no bit of its result, no more than how many threads a BLAS has. So it is
no argument of what trains: the caller says once, around all of it, who does the runs (`doing`), and
thirty functions in between need not know. What does know is `spread`, alone.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Protocol, TypeVar

from ..watch import Watch

T = TypeVar("T")
R = TypeVar("R")
T_contra = TypeVar("T_contra", contravariant=True)


class Submit(Protocol[T_contra, R]):
    """Takes one run: what it is about, and to whom it tells how far it is."""

    def __call__(self, item: T_contra, own: Watch, /) -> Future[R]: ...


class Crew(Protocol):
    """Does runs, several at a time."""

    def busy(
        self, work: Callable[[T, Watch], R], watch: Watch
    ) -> AbstractContextManager[Submit[T, R]]:
        """For runs of one kind; whatever is not done when it is left is given up."""
        ...


_CREW: ContextVar[Crew | None] = ContextVar("crew", default=None)


@contextmanager
def doing(crew: Crew) -> Iterator[None]:
    """Inside, this crew does what is spread."""
    token = _CREW.set(crew)
    try:
        yield
    finally:
        _CREW.reset(token)


def crew_or(otherwise: Crew) -> Crew:
    """The crew that was named, or else this one."""
    return _CREW.get() or otherwise
