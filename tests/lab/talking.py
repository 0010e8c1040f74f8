"""Real clients for a running lab: net-snmp's tools and OpenSSH, as an operator would use them."""

from __future__ import annotations

import asyncio
import shutil

import pytest

V3 = (
    "-v3", "-l", "authPriv", "-u", "noc", "-a", "SHA-256", "-A", "lab-auth-pass",
    "-x", "AES", "-X", "lab-priv-pass",
)  # fmt: skip
V2C = ("-v2c", "-c", "public")
V1 = ("-v1", "-c", "public")


async def run(*command: str, timeout: float = 20.0) -> tuple[int, str]:
    """Exit code and everything a program said."""
    if shutil.which(command[0]) is None:
        pytest.fail(f"{command[0]} is not installed: run `make test`, which installs it")
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), timeout)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, said.decode(errors="replace")


async def snmp(tool: str, how: tuple[str, ...], place: str, *names: str) -> str:
    """What one of net-snmp's tools prints, numeric, one retry."""
    _, said = await run(f"snmp{tool}", *how, "-On", "-Oe", "-t1", "-r1", place, *names)
    return said
