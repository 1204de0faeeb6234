"""Compiles the engine while a wheel is built, so that the first run after `pip install` need not.

Whatever goes wrong, a wheel comes out: without machine code, for any platform, and the engine is
compiled on its first use. Source distributions and editable installations get none.
"""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = "nndoctor/engine/machine_code/shipped"
TARGET = """
import sys
from nndoctor.engine.machine_code.shipment import baseline, stamp
target = baseline()
if target is None:
    sys.exit("this processor is older than those that machine code is shipped for")
print(target.cpu, stamp(target))
"""
PARTS = """
from nndoctor.api.warming import PARTS
print(*PARTS)
"""
WARM = "from nndoctor.api.warming import warm_up; warm_up({!r})"
LIMIT = 1200.0  # seconds: where it takes so long, something hangs


class MachineCode(BuildHookInterface):  # type: ignore[type-arg]
    """Puts compiled kernels beside the sources that they are compiled from."""

    room: tempfile.TemporaryDirectory[str] | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compiles into a temporary folder and has its files taken into the wheel."""
        if version == "editable":
            return
        try:
            self.room = tempfile.TemporaryDirectory(prefix="nndoctor-", ignore_cleanup_errors=True)
            cpu, folder = self._python(TARGET).split()
            with ThreadPoolExecutor() as pool:  # a cache each, or one would wait for the other
                warmed = [
                    pool.submit(self._warm, part, cpu) for part in self._python(PARTS).split()
                ]
            for one in warmed:
                one.result()
        except (OSError, RuntimeError, subprocess.TimeoutExpired) as error:
            self.app.display_warning(f"The engine is not compiled beforehand: {error}")
            return
        code = {file.name: file for file in sorted(Path(self.room.name).rglob("*.code"))}
        for name, file in code.items():  # what several parts compiled goes in once
            build_data["force_include"][str(file)] = f"{SHIPPED}/{folder}/{name}"
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Removes the temporary folder."""
        if self.room is not None:
            self.room.cleanup()

    def _warm(self, part: str, cpu: str) -> None:
        assert self.room is not None
        home = str(Path(self.room.name) / part)
        options = {"NUMBA_CPU_NAME": cpu, "NUMBA_CPU_FEATURES": "", "NUMBA_CACHE_DIR": home}
        self._python(WARM.format(part), **options)

    def _python(self, code: str, **variables: str) -> str:
        """What a program over these sources prints; RuntimeError if it fails."""
        assert self.room is not None
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=self.root,
            env=os.environ | {"NUMBA_CACHE_DIR": self.room.name} | variables,
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )
        if done.returncode:
            raise RuntimeError(done.stderr.strip().rpartition("\n")[2] or done.returncode)
        return done.stdout
