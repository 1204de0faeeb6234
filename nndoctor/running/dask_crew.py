"""A crew of the workers of a Dask cluster."""

import logging
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from threading import BoundedSemaphore, Event, Thread
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import NNDoctorError
from ..watch import Watch
from .crew import Submit, doing
from .parcel import pack
from .versions import refuse_other, versions

if TYPE_CHECKING:
    from distributed import Client

    from .worker import Shelf

T = TypeVar("T")
R = TypeVar("R")

PATIENCE = 6.0  # seconds for a scheduler to answer and to have a worker
CHANCES = 20  # for workers to come and go while they are sent something
ASKED = 0.1  # seconds between two looks whether the user wants to stop
WAITING = 10_000  # runs that a scheduler knows of; the others wait here, as each costs it memory


@contextmanager
def cluster(address: str | None) -> Iterator[None]:
    """Inside, runs are done by the workers of the Dask scheduler there, such as tcp://HOST:8786.

    With None by threads of this machine. Raises NNDoctorError where dask.distributed is missing,
    nobody answers within ten seconds, or a worker has other versions. What comes from workers is
    unpickled, as what they get is: only for schedulers that are trusted.
    """
    if address is None:
        yield
        return
    if find_spec("distributed") is None:
        raise NNDoctorError(
            f"{address} can't be asked without dask.distributed", 'pip install "nndoctor[dask]"'
        )
    with _connected(address) as client:
        crew = DaskCrew(client, address)
        try:
            with doing(crew):
                yield
        finally:
            crew.leave()


@contextmanager
def _connected(address: str) -> "Iterator[Client]":
    from distributed import Client

    from .answering import START, refuse_others

    started = time.monotonic()
    for name in ("distributed", "distributed.client"):  # what matters is an error of ours
        logging.getLogger(name).setLevel(logging.CRITICAL)
    refuse_others(address, PATIENCE)
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except OSError as error:
        why = str(error).partition("\n")[0]
        raise NNDoctorError(f"no Dask scheduler answers at {address}: {why}", START) from error
    try:
        with _told(address):
            _wait_for_workers(client, address, max(1.0, started + PATIENCE - time.monotonic()))
            client.run(refuse_other, versions())
            yield client
    finally:
        client.close()


def _wait_for_workers(client: "Client", address: str, seconds: float) -> None:
    try:
        client.wait_for_workers(1, timeout=seconds)
    except TimeoutError as error:
        raise NNDoctorError(
            f"the scheduler at {address} has no worker", f"dask worker {address} --nthreads 1"
        ) from error


@contextmanager
def _told(address: str) -> Iterator[None]:
    """What can go wrong on the way to workers, in words."""
    from distributed import KilledWorker
    from distributed.comm.core import CommClosedError

    try:
        yield
    except ModuleNotFoundError as error:
        raise NNDoctorError(
            f"a worker of {address} has no {error.name}",
            'pip install "nndoctor[dask]" on every machine, and start its workers anew',
        ) from error
    except KilledWorker as error:
        raise NNDoctorError(
            f"one run was on several workers of {address} as they died",
            "have they memory enough? `dask worker --memory-limit` says how much each may use",
        ) from error
    except (CancelledError, CommClosedError) as error:
        raise NNDoctorError(
            f"the scheduler at {address} went away before all runs were done",
            "start it and its workers anew",
        ) from error


class DaskCrew:
    """The workers of one scheduler.

    Runs are pure: one whose worker dies is done by another, and its result counts once, since it
    belongs to its item. Arrays are sent once to each worker, however many kinds of runs need them.
    """

    def __init__(self, client: "Client", address: str) -> None:
        self.client, self.address = client, address
        self.salt = uuid.uuid4().hex
        self.sent: list[str] = []  # names of arrays that lie on the shelves

    @contextmanager
    def busy(self, work: Callable[[T, Watch], R], watch: Watch) -> Iterator[Submit[T, R]]:
        """Runs that still go on when it is left are told to end, and are not waited for."""
        from distributed.cfexecutor import ClientExecutor
        from distributed.protocol.pickle import loads

        from .worker import do

        key, room = uuid.uuid4().hex, BoundedSemaphore(WAITING)
        executor = ClientExecutor(self.client, pure=False)

        def submit(item: T, own: Watch) -> Future[R]:
            room.acquire()
            answer: Future[R] = Future()

            def arrived(sent: Future[bytes]) -> None:
                room.release()
                try:
                    answer.set_result(loads(sent.result()))
                except BaseException as error:
                    answer.set_exception(error)

            executor.submit(do, key, item).add_done_callback(arrived)
            return answer

        with _told(self.address), self._shelved(key, work), self._heeding(watch, key):
            try:
                yield submit
            finally:
                executor.shutdown(wait=False)

    @contextmanager
    def _shelved(self, key: str, work: Callable[..., Any]) -> Iterator[None]:
        """Puts work on every worker's shelf, and those of its arrays that are not there yet."""
        from .worker import Shelf

        parcel = pack(work, self.salt)
        for name, array in parcel.arrays.items():
            if name not in self.sent:
                self._put(Shelf(name, array=array))
                self.sent.append(name)
        self._put(Shelf(key, work=parcel.work))
        try:
            yield
        finally:
            self._clear(key)

    @contextmanager
    def _heeding(self, watch: Watch, key: str) -> Iterator[None]:
        """Has the workers know within a moment when the user wants to stop, or an error ends it."""
        from .worker import stop

        over = Event()

        def ask() -> None:
            while not over.wait(ASKED):
                if watch.cancelled():
                    self.client.run(stop, key, on_error="ignore")
                    return

        asking = Thread(target=ask, daemon=True)
        asking.start()
        try:
            yield
        except BaseException:
            with suppress(Exception):
                self.client.run(stop, key, on_error="ignore")
            raise
        finally:
            over.set()
            asking.join()

    def _put(self, shelf: "Shelf") -> None:
        for chance in reversed(range(CHANCES)):
            try:
                self.client.register_plugin(shelf)
                return
            except OSError:  # a worker died meanwhile, which the scheduler soon knows
                if not chance:
                    raise
                time.sleep(ASKED)

    def _clear(self, name: str) -> None:
        with suppress(Exception):  # a scheduler that is gone has nothing to clear away
            self.client.unregister_worker_plugin(f"nndoctor-{name}")

    def leave(self) -> None:
        """Clears the shelves."""
        for name in self.sent:
            self._clear(name)
