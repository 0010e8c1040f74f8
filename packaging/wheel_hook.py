"""What `NOC_DECODER=1 make wheel` adds to the wheel: the compiled SNMP decoder.

Without it the wheel is pure Python and fits every system. With it the wheel is of this system and
of every CPython from 3.11 on; cibuildwheel builds one per system the same way:

    CIBW_BUILD=cp311-* CIBW_ENVIRONMENT=NOC_DECODER=1 cibuildwheel
"""

from __future__ import annotations

import os
import runpy
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DecoderHook(BuildHookInterface):
    """Compiles and includes the decoder when NOC_DECODER says so."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """`version` is "standard" or "editable"; what is installed editable has `make decoder`."""
        if version != "standard" or os.environ.get("NOC_DECODER", "") in ("", "0"):
            return
        decoder = runpy.run_path(str(Path(self.root) / "packaging" / "decoder.py"))
        target: Path = decoder["TARGET"]
        reason = decoder["compile_to"](target)
        if reason:
            raise RuntimeError(reason)
        name = target.relative_to(self.root).as_posix()
        build_data["force_include"][str(target)] = name
        build_data["pure_python"] = False
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"cp311-abi3-{platform}"
