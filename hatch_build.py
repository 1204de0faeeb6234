"""Compiles the engine while a wheel is built, so that the first run after `pip install` need not.

Whatever goes wrong, a wheel comes out: without machine code, for any platform, and the engine is
compiled on its first use. Source distributions and editable installations get none.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = "nndoctor/engine/machine_code/shipped"
TARGET = """
from nndoctor.engine.machine_code.shipment import baseline, stamp
target = baseline()
print(target.cpu if target else "", target and stamp(target))
"""
WARM = "from nndoctor.api.warming import warm_up; warm_up()"


class MachineCode(BuildHookInterface):  # type: ignore[type-arg]
    """Puts compiled kernels beside the sources that they are compiled from."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compiles into a temporary folder and has its files taken into the wheel."""
        if self.target_name != "wheel" or version == "editable":
            return
        self.room = Path(tempfile.mkdtemp(prefix="nndoctor-"))
        try:
            stamp, files = self._compiled()
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            self.app.display_warning(f"the wheel has no machine code: {error}")
            return
        folder = f"{SHIPPED}/{stamp}"
        build_data["force_include"] |= {str(file): f"{folder}/{file.name}" for file in files}
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Removes the temporary folder."""
        if hasattr(self, "room"):
            shutil.rmtree(self.room, ignore_errors=True)

    def _compiled(self) -> tuple[str, list[Path]]:
        """The stamp of what was compiled, and its files."""
        cpu, stamp = self._python(TARGET).split()
        self._python(WARM, NUMBA_CPU_NAME=cpu, NUMBA_CPU_FEATURES="")
        return stamp, sorted(self.room.rglob("*.code"))

    def _python(self, code: str, **variables: str) -> str:
        """What a program prints; its output is no part of the build's."""
        environment = os.environ | {"NUMBA_CACHE_DIR": str(self.room)} | variables
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout
