"""AWX and Automation Controller by their REST interface, version 2 (httpx).

Written from the published reference (`/api/v2/`, the "AWX API Guide"): templates are launched,
their jobs followed by `status`, `stdout` read from a line on, and at the end `job_host_summaries`
tell what each host came to. The token goes into a header and into no message, and to no other
machine without TLS.
"""

from __future__ import annotations

import json
import logging
import ssl
from typing import Any
from urllib.parse import urlsplit

import httpx

from noc_console.kernel.errors import AuthRejected, Invalid, NotFound, Refused, Unreachable
from noc_console.kernel.text import visible
from noc_console.services.jobs.model import IN_CLEAR, AwxTemplate, ItemState, is_in_clear
from noc_console.services.jobs.ports import AwxServer, AwxState

TIME_S = 20.0
LARGEST = 8 << 20
MOST_TEMPLATES = 1_000
MOST_HOSTS = 20_000
OVER = frozenset(("successful", "failed", "error", "canceled"))
_COUNTS = ("ok", "changed", "failures", "dark", "skipped", "rescued", "ignored")

# httpx tells whole URLs at INFO.
logging.getLogger("httpx").setLevel(logging.WARNING)


class AwxClient:
    """Asks one question after the other; nothing is kept between them."""

    def __init__(self, *, context: ssl.SSLContext | None = None) -> None:
        """`context`: whose certificates count, if not those of the system."""
        self._context = context

    async def templates(self, server: AwxServer) -> tuple[AwxTemplate, ...]:
        """See `services.jobs.ports.Awx`."""
        rows = await self._pages(server, "/api/v2/job_templates/?order_by=name", MOST_TEMPLATES)
        return tuple(
            AwxTemplate(
                id=_number(row, "id"),
                name=visible(str(row.get("name", "")), limit=200),
                description=visible(str(row.get("description", "")), limit=400),
                playbook=visible(str(row.get("playbook", "")), limit=200),
                asks_limit=bool(row.get("ask_limit_on_launch")),
                asks_variables=bool(row.get("ask_variables_on_launch")),
            )
            for row in rows
        )

    async def launch(
        self, server: AwxServer, *, template_id: int, variables: str, limit: str
    ) -> int:
        """Begin. Refused when the template does not take what it was given: AWX would leave it
        out without a word, and run everywhere."""
        path = f"/api/v2/job_templates/{template_id}/launch/"
        asks = await self._json(server, "GET", path)
        if limit and not asks.get("ask_limit_on_launch"):
            raise Refused(
                "the template does not take a limit of hosts (prompt on launch): it would run"
                " everywhere it is for, not only at the devices chosen"
            )
        if variables and not (asks.get("ask_variables_on_launch") or asks.get("survey_enabled")):
            raise Refused("the template takes no variables (prompt on launch)")
        given: dict[str, Any] = {}
        if variables:
            given["extra_vars"] = json.loads(variables)
        if limit:
            given["limit"] = limit
        begun = await self._json(server, "POST", path, given)
        if begun.get("ignored_fields"):
            number = _number(begun, "id")
            await self.cancel(server, job_id=number)
            ignored = ", ".join(map(str, begun["ignored_fields"]))
            raise Refused(f"AWX left out {visible(ignored, limit=200)}; job {number} was cancelled")
        return _number(begun, "job" if "job" in begun else "id")

    async def state(self, server: AwxServer, *, job_id: int) -> AwxState:
        """See `services.jobs.ports.Awx`."""
        row = await self._json(server, "GET", f"/api/v2/jobs/{job_id}/")
        status = visible(str(row.get("status", "")), limit=40)
        over = status in OVER
        hosts = await self._hosts(server, job_id) if over else ()
        note = visible(str(row.get("job_explanation") or ""), limit=500)
        return AwxState(job_id, status, over, status == "successful", hosts, note)

    async def output(self, server: AwxServer, *, job_id: int, after_line: int) -> tuple[str, int]:
        """See `services.jobs.ports.Awx`."""
        path = f"/api/v2/jobs/{job_id}/stdout/?format=json&start_line={after_line}"
        told = await self._json(server, "GET", path)
        span = told.get("range") or {}
        text = str(told.get("content") or "")
        end = span.get("end")
        return text, end if isinstance(end, int) and end >= after_line else after_line

    async def cancel(self, server: AwxServer, *, job_id: int) -> None:
        """See `services.jobs.ports.Awx`."""
        await self._ask(server, "POST", f"/api/v2/jobs/{job_id}/cancel/", allowed={405})

    async def _hosts(
        self, server: AwxServer, job_id: int
    ) -> tuple[tuple[str, ItemState, str], ...]:
        path = f"/api/v2/jobs/{job_id}/job_host_summaries/?order_by=id"
        rows = await self._pages(server, path, MOST_HOSTS)
        return tuple(
            (visible(str(row.get("host_name", "")), limit=200), _state(row), _counts(row))
            for row in rows
        )

    async def _pages(self, server: AwxServer, path: str, most: int) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        following: str | None = f"{path}&page_size=200"
        while following and len(rows) < most:
            told = await self._json(server, "GET", following)
            rows += [row for row in told.get("results") or () if isinstance(row, dict)]
            after = told.get("next")
            # Only a path of the same server: the token goes nowhere else.
            following = after if isinstance(after, str) and after.startswith("/api/") else None
        return rows[:most]

    async def _json(
        self, server: AwxServer, method: str, path: str, given: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        body = await self._ask(server, method, path, given)
        try:
            made = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise _odd(server) from error
        if not isinstance(made, dict):
            raise _odd(server)
        return made

    async def _ask(
        self,
        server: AwxServer,
        method: str,
        path: str,
        given: dict[str, Any] | None = None,
        *,
        allowed: frozenset[int] | set[int] = frozenset(),
    ) -> bytes:
        peer = urlsplit(server.url).hostname or server.url
        if is_in_clear(server.url):
            raise Refused(IN_CLEAR)
        headers = {"Authorization": f"Bearer {server.token.reveal()}", "Accept": "application/json"}
        try:
            async with (
                httpx.AsyncClient(
                    verify=self._context or True, timeout=TIME_S, trust_env=False
                ) as client,
                client.stream(method, server.url + path, headers=headers, json=given) as answer,
            ):
                body = bytearray()
                async for part in answer.aiter_bytes():
                    body += part
                    if len(body) > LARGEST:
                        raise _odd(server)
        except httpx.TimeoutException as error:
            raise Unreachable(f"{peer} does not answer", peer=peer, reason="timeout") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            told = visible(type(error).__name__)
            raise Unreachable(f"{peer} cannot be reached: {told}", peer=peer) from error
        if answer.status_code not in allowed:
            _judge(peer, answer.status_code, bytes(body))
        return bytes(body)


def _judge(peer: str, status: int, body: bytes) -> None:
    if status in {401, 403}:
        raise AuthRejected(f"{peer} does not accept the token", peer=peer)
    if status == 404:
        raise NotFound(f"{peer} has no such template or job")
    if status == 400:
        raise Invalid(f"{peer} refused: {visible(body.decode(errors='replace'), limit=300)}")
    if not 200 <= status < 300:
        raise Unreachable(f"{peer} answers {status}", peer=peer, reason="malformed")


def _odd(server: AwxServer) -> Unreachable:
    peer = urlsplit(server.url).hostname or server.url
    return Unreachable(f"{peer} does not answer as AWX does", peer=peer, reason="malformed")


def _number(row: dict[str, Any], name: str) -> int:
    value = row.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unreachable("AWX told no number", peer="AWX", reason="malformed")
    return value


def _state(row: dict[str, Any]) -> ItemState:
    if row.get("dark"):
        return ItemState.UNREACHABLE
    if row.get("failed") or row.get("failures"):
        return ItemState.FAILED
    return ItemState.CHANGED if row.get("changed") else ItemState.OK


def _counts(row: dict[str, Any]) -> str:
    return " ".join(f"{name}={row[name]}" for name in _COUNTS if isinstance(row.get(name), int))
