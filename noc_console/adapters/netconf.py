"""NETCONF by ncclient, which blocks: each question has a thread of a small pool of its own.

The server's key is compared by paramiko before anything is said to it. Answers are bounded in
size and time; nothing but `get-config` of the running configuration is ever sent (RFC 6241 §7.1).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from types import SimpleNamespace
from xml.sax.saxutils import escape

from noc_console.adapters.ssh.algorithms import CIPHERS, KEX, MACS
from noc_console.kernel.errors import AuthRejected, Refused, Unreachable
from noc_console.kernel.text import visible
from noc_console.services.configs.model import Login
from noc_console.services.hostkeys.model import HostKey

CONNECT_S = 15
ANSWER_S = 120
AT_ONCE = 8
"""Each holds a thread for as long as a device thinks."""
LARGEST = 16 << 20
DEEPEST = 64
_TAG = re.compile(
    r"<!\[CDATA\[(?P<raw>.*?)\]\]>|<(?P<mark>[!?/]?)(?P<name>[\w:.\-]*+)(?P<rest>[^<>]*+)>|(?P<text>[^<]++)",
    re.DOTALL,
)


class NcclientNetconf:
    """Asks NETCONF servers for what they are set to do."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="netconf")

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def running(self, login: Login, key: HostKey) -> str:
        """See `services.configs.ports.Netconf`."""
        loop = asyncio.get_running_loop()
        told = await loop.run_in_executor(self._threads, _ask, login, key)
        return await asyncio.to_thread(indented, told)


def _ask(login: Login, key: HostKey) -> str:
    # Only who has devices of this kind waits for the library.
    from ncclient import manager
    from ncclient.operations import RPCError
    from ncclient.operations.errors import TimeoutExpiredError
    from ncclient.transport import ssh
    from ncclient.transport.errors import (
        AuthenticationError,
        SessionCloseError,
        SSHError,
        SSHUnknownHostError,
    )

    host = login.host
    ssh.paramiko = _paramiko()
    try:
        with manager.connect(
            host=host,
            port=login.port,
            username=login.user,
            password=login.password.reveal(),
            hostkey_b64=key.key.partition(" ")[2],
            hostkey_verify=True,
            allow_agent=False,
            look_for_keys=False,
            ssh_config=None,
            timeout=CONNECT_S,
        ) as session:
            session.timeout = ANSWER_S
            told = session.get_config(source="running").data_xml
    except AuthenticationError as error:
        raise AuthRejected(f"{host} refused the login {login.user}", peer=host) from error
    except SSHUnknownHostError as error:
        raise Unreachable(
            f"{host} proves itself with another key than the one it is known by",
            peer=host,
            reason="host-key",
        ) from error
    except RPCError as error:
        raise Refused(f"{host} refused get-config: {visible(str(error), limit=200)}") from error
    except (TimeoutExpiredError, TimeoutError) as error:
        raise Unreachable(
            f"{host} does not answer by NETCONF", peer=host, reason="timeout"
        ) from error
    except (SSHError, SessionCloseError, OSError, EOFError) as error:
        told_error = visible(str(error), limit=200)
        if "Incompatible" in told_error:
            raise Refused(
                f"{host}: {told_error}. NETCONF is spoken only with algorithms that are safe today"
            ) from error
        raise Unreachable(f"{host}: {told_error}", peer=host, reason="closed") from error
    if len(told) > LARGEST:
        raise Unreachable(
            f"{host} told more than {LARGEST >> 20} MiB", peer=host, reason="malformed"
        )
    return str(told)


@cache
def _paramiko() -> SimpleNamespace:
    """paramiko as ncclient is to see it: it offers nothing old, and knows RSA keys by the names of
    their signatures of today (ncclient asks for `ssh-rsa`, which paramiko 5 no longer speaks)."""
    from ncclient.transport.ssh import paramiko

    class Transport(paramiko.Transport):  # type: ignore[misc]
        _preferred_kex = _safe(paramiko.Transport._preferred_kex, KEX)
        _preferred_ciphers = _safe(paramiko.Transport._preferred_ciphers, CIPHERS)
        _preferred_macs = _safe(paramiko.Transport._preferred_macs, MACS)

        @property
        def preferred_keys(self) -> tuple[str, ...]:
            wanted = super().preferred_keys
            return tuple(
                name
                for each in wanted
                for name in (("rsa-sha2-512", "rsa-sha2-256") if each == "ssh-rsa" else (each,))
            )

    return SimpleNamespace(**{**vars(paramiko), "Transport": Transport})


def _safe(known: Sequence[str], ours: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in known if name in ours)


def indented(xml: str) -> str:
    """An element a line, two blanks for each one around it: lines can be compared then.

    Not a parser that builds a tree: declarations of entities and the like are left out unread.
    """
    lines: list[str] = []
    depth = 0
    waits = ""
    text = ""
    for found in _TAG.finditer(xml):
        if found["text"] is not None or found["raw"] is not None:
            raw = found["raw"]
            text += found["text"] if raw is None else escape(raw)
            continue
        mark, name, rest = found["mark"], found["name"], found["rest"]
        if mark in {"!", "?"}:
            continue
        value = text.strip().replace("\n", "&#10;")
        text = ""
        if mark == "/":
            depth = max(0, depth - 1)
            if waits:
                lines.append(f"{'  ' * min(depth, DEEPEST)}{waits}{value}</{name}>")
                waits = ""
            else:
                lines.append(f"{'  ' * min(depth, DEEPEST)}</{name}>")
            continue
        if waits:
            lines.append("  " * min(depth - 1, DEEPEST) + waits)
            waits = ""
        opened = f"<{name}{' '.join(['', *rest.rstrip('/').split()])}"
        if rest.endswith("/"):
            lines.append("  " * min(depth, DEEPEST) + opened + "/>")
        else:
            waits = opened + ">"
            depth += 1
    return "\n".join(lines) + "\n"
