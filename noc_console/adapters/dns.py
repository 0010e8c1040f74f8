"""Names to addresses, in threads of its own so that a silent name server holds up nobody else."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

from noc_console.kernel.errors import Unreachable

THREADS = 8
TIMEOUT_S = 4.0


class DnsResolver:
    """Asks the system's resolver; IPv4 first, as more devices answer there."""

    def __init__(self, *, timeout_s: float = TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        # The default executor belongs to everyone: eight lookups that hang would stop it.
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="dns")

    async def resolve(self, name: str) -> str:
        """One address of the name; Unreachable (reason "dns") when there is none in time."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._timeout_s):
                return await loop.run_in_executor(self._threads, _look_up, name)
        except TimeoutError as error:
            raise Unreachable(
                f"{name}: no answer of DNS in time", peer=name, reason="dns"
            ) from error
        except (OSError, UnicodeError) as error:
            raise Unreachable(f"{name} is not known to DNS", peer=name, reason="dns") from error

    def close(self) -> None:
        """Forget lookups that still hang; their threads end with them."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(name: str) -> str:
    found = socket.getaddrinfo(name, None, type=socket.SOCK_DGRAM)
    families = [socket.AF_INET, socket.AF_INET6]
    usable = [entry for entry in found if entry[0] in families]
    if not usable:
        raise OSError(f"no address for {name}")
    return str(min(usable, key=lambda entry: families.index(entry[0]))[4][0])
