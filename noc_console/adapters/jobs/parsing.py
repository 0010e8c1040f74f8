"""Asks the child that runs templates; one that takes too long is ended and begun anew."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from noc_console.kernel.text import visible
from noc_console.services.jobs.model import Parsed, Sample, Table

PATIENCE_S = 15.0
START_S = 30.0
"""For the first answer: reading the index of a thousand templates takes a second or two."""
LARGEST = 64 << 20
LONGEST_TEXT = 4 << 20
PLATFORMS: Mapping[str, str] = {
    "ios": "cisco_ios",
    "iosxe": "cisco_ios",
    "iosxr": "cisco_xr",
    "nxos": "cisco_nxos",
    "asa": "cisco_asa",
    "ftd": "cisco_ftd",
    "ciscosb": "cisco_s300",
    "junos": "juniper_junos",
    "arista_eos": "arista_eos",
    "vrp": "huawei_vrp",
    "yunshan": "huawei_vrp",
    "smartax": "huawei_smartax",
    "comware": "hp_comware",
    "routeros": "mikrotik_routeros",
    "timos": "alcatel_sros",
    "procurve": "hp_procurve",
    "arubaos-cx": "aruba_aoscx",
    "fortigate": "fortinet",
    "panos": "paloalto_panos",
    "edgeos": "ubiquiti_edgerouter",
    "edgeswitch": "ubiquiti_edgeswitch",
    "xos": "extreme_exos",
    "voss": "avaya_vsp",
    "ironware": "brocade_fastiron",
    "powerconnect": "dell_powerconnect",
    "ftos": "dell_force10",
    "dlink": "dlink_ds",
    "eltex-mes23xx": "eltex",
    "linux": "linux",
    "cumulus": "linux",
    "proxmox": "linux",
}
"""Our platforms as ntc-templates call them."""


class TemplateParser:
    """One child, asked one thing after the other."""

    def __init__(self, *, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._child: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def parse(self, sample: Sample) -> Parsed:
        """See `services.jobs.ports.Parser`."""
        platform = PLATFORMS.get(sample.platform, "")
        if not platform and not sample.template:
            return Parsed()
        answer = await self._ask(
            {
                "kind": "parse",
                "platform": platform,
                "line": sample.line,
                "text": sample.text[:LONGEST_TEXT],
                "template": sample.template,
            }
        )
        note = _note(answer)
        if "columns" not in answer:
            return Parsed(None, f"no table: {note}" if note else "")
        rows = tuple(tuple(map(str, row)) for row in answer["rows"])
        return Parsed(Table(tuple(map(str, answer["columns"])), rows), note)

    async def check(self, template: str) -> str:
        """What is wrong with a template; "" for nothing."""
        return _note(await self._ask({"kind": "check", "template": template}))

    async def close(self) -> None:
        """End the child."""
        async with self._turn:
            await self._end()

    async def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        async with self._turn:
            try:
                patience_s = self._patience_s + (START_S if self._child is None else 0.0)
                async with asyncio.timeout(patience_s):
                    child = await self._started()
                    assert child.stdin is not None
                    assert child.stdout is not None
                    child.stdin.write(json.dumps(question).encode() + b"\n")
                    await child.stdin.drain()
                    line = await child.stdout.readline()
                    if line:
                        answer = json.loads(line)
                        return answer if isinstance(answer, dict) else {}
                await self._end()
                return {"note": "the template took too much time or memory and was ended"}
            except (TimeoutError, ConnectionError, ValueError):
                await self._end()
                return {"note": "the template took too long and was ended"}
            except asyncio.CancelledError:
                await self._end()  # its answer would be taken for that of the next question
                raise

    async def _started(self) -> asyncio.subprocess.Process:
        if self._child is None or self._child.returncode is not None:
            self._child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "noc_console.adapters.jobs.template_child",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env=_environment(),
                limit=LARGEST,
            )
        return self._child

    async def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        if child.returncode is None:
            try:
                child.kill()
            except ProcessLookupError:
                pass
        await child.wait()
        if child.stdin is not None:
            child.stdin.close()


def _environment() -> dict[str, str]:
    """Nothing of ours but what Python needs: the child has no business with our secrets."""
    kept = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "PYTHONPATH", "VIRTUAL_ENV", "TEMP", "TMPDIR")
    made = {name: os.environ[name] for name in kept if name in os.environ}
    return {**made, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def _note(answer: Mapping[str, Any]) -> str:
    return visible(str(answer.get("note", "")), limit=300)
