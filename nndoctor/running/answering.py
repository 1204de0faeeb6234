"""Whether a Dask scheduler answers at an address, asked before a client is made.

A client that finds none, or a program of another kind, is taken apart in the background for many
seconds, with a traceback at the end.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..errors import NNDoctorError

START = "dask scheduler --port 8786"


def refuse_others(address: str, seconds: float) -> None:
    """Raises NNDoctorError where nobody answers within so many seconds, or another program."""
    with ThreadPoolExecutor(1) as own:  # a notebook has a loop of its own in this thread
        own.submit(asyncio.run, _asked(address, seconds)).result()


async def _asked(address: str, seconds: float) -> None:
    from distributed.comm.core import FatalCommClosedError, connect
    from distributed.security import Security

    given: dict[str, Any] = Security().get_connection_args("client")
    connected = False

    async def kind() -> str:
        nonlocal connected
        comm = await connect(address, timeout=seconds, **given)
        connected = True
        try:
            await comm.write({"op": "identity", "reply": True})
            return str((await comm.read()).get("type"))
        finally:
            comm.abort()

    try:
        found = await asyncio.wait_for(kind(), seconds + 1)
    except (TimeoutError, OSError, ValueError, ImportError) as error:
        if connected or isinstance(error, FatalCommClosedError):
            raise _other(address) from error
        why = str(error).partition("\n")[0] or f"not within {seconds:g} s"
        raise NNDoctorError(f"no Dask scheduler answers at {address}: {why}", START) from error
    except Exception as error:  # what another program says can't be read, in many ways
        raise _other(address) from error
    if found != "Scheduler":
        raise _other(address, f": it is a Dask {found.lower()}")


def _other(address: str, what: str = "") -> NNDoctorError:
    return NNDoctorError(f"what answers at {address} is no Dask scheduler{what}", START)
