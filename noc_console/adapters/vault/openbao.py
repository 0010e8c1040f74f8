"""Secrets in OpenBao or HashiCorp Vault: the key/value engine, version 2, signed in by AppRole.

Written from the HTTP API's documentation (`/v1/auth/approle/login`, `/v1/MOUNT/data/PATH`,
`/v1/MOUNT/metadata/PATH`). Each write is a new version and only its number is kept in our store:
a write whose transaction is undone leaves a version nobody refers to, and what was there before
still counts. Redirects are not followed, proxies of the environment are not used, and the address
comes from this machine's configuration only.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from noc_console.kernel.errors import AuthRejected, Broken, NotFound, Unreachable
from noc_console.kernel.secret import Secret

TIMEOUT_S = 5.0
KEPT_S = 300.0
"""How long a secret that was read is not asked for again."""
MOST_KEPT = 2_000
EARLY_S = 30.0
"""A token is renewed by signing in again, this long before it ends."""
LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class BaoSettings:
    """Where it is and who we are there."""

    address: str
    role_id: str
    secret_id: Secret = field(default_factory=lambda: Secret(""))
    secret_id_file: Path | None = None
    """Read at every sign-in, so that it can be changed while we run."""
    mount: str = "secret"
    prefix: str = "noc-console"
    approle: str = "approle"
    namespace: str = ""
    authorities: str = ""
    """PEM file of the roots to trust; empty: the system's."""


@dataclass(slots=True)
class _Token:
    text: Secret
    until: float


class OpenBao:
    """A `SecretPlace`. Close it when done."""

    def __init__(
        self,
        settings: BaoSettings,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._settings = settings
        self._monotonic = monotonic
        self._peer = _peer(settings.address)
        self._client = httpx.AsyncClient(
            base_url=settings.address.rstrip("/"),
            timeout=timeout_s,
            follow_redirects=False,
            trust_env=False,
            verify=_verification(settings.authorities),
        )
        self._token: _Token | None = None
        self._read: dict[tuple[str, int], tuple[float, Secret]] = {}

    @property
    def label(self) -> str:
        return f"OpenBao at {self._peer}"

    async def close(self) -> None:
        self.forget()
        await self._client.aclose()

    def forget(self) -> None:
        """The token and every secret that was read."""
        self._token = None
        self._read.clear()

    async def write(self, path: str, text: Secret) -> int:
        answer = await self._ask("POST", self._data(path), {"data": {"value": text.reveal()}})
        version = _inner(answer).get("version")
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise self._strange("wrote a secret and told no version")
        return version

    async def read(self, path: str, version: int) -> Secret:
        known = self._read.get((path, version))
        if known is not None and known[0] > self._monotonic():
            return known[1]
        answer = await self._ask("GET", f"{self._data(path)}?version={version}")
        inner = _inner(answer).get("data")
        value = inner.get("value") if isinstance(inner, dict) else None
        if not isinstance(value, str):
            raise NotFound(f"{self.label} has no such version of this secret any more")
        if len(self._read) >= MOST_KEPT:
            self._read.clear()
        self._read[path, version] = (self._monotonic() + KEPT_S, Secret(value))
        return Secret(value)

    async def destroy(self, path: str) -> None:
        try:
            await self._ask("DELETE", self._metadata(path))
        except NotFound:
            pass
        for known in [key for key in self._read if key[0] == path]:
            del self._read[known]

    # --- how it works ----------------------------------------------------------------------

    def _data(self, path: str) -> str:
        return f"/v1/{self._settings.mount}/data/{self._settings.prefix}/{path}"

    def _metadata(self, path: str) -> str:
        return f"/v1/{self._settings.mount}/metadata/{self._settings.prefix}/{path}"

    async def _ask(self, method: str, path: str, body: Any = None) -> Any:
        """With a token; one that was taken back meanwhile is replaced once."""
        for is_last in (False, True):
            token = await self._signed_in()
            answer = await self._send(method, path, body, {"X-Vault-Token": token.text.reveal()})
            if answer.status_code != 403 or is_last:
                return self._judged(answer)
            self._token = None
        raise AssertionError("unreachable")

    async def _signed_in(self) -> _Token:
        if self._token is None or self._token.until <= self._monotonic():
            self._token = await self._sign_in()
        return self._token

    async def _sign_in(self) -> _Token:
        settings = self._settings
        body = {"role_id": settings.role_id, "secret_id": self._secret_id().reveal()}
        answer = await self._send("POST", f"/v1/auth/{settings.approle}/login", body, {})
        if answer.status_code in (400, 403):
            raise AuthRejected(f"{self.label} does not accept this AppRole", peer=self._peer)
        auth = self._judged(answer).get("auth")
        text = auth.get("client_token") if isinstance(auth, dict) else None
        lease = auth.get("lease_duration") if isinstance(auth, dict) else None
        if not isinstance(text, str) or not isinstance(lease, (int, float)):
            raise self._strange("signed us in without a token")
        # 0 is a token that does not end.
        left = max(1.0, lease - EARLY_S) if lease else KEPT_S
        return _Token(Secret(text), self._monotonic() + left)

    def _secret_id(self) -> Secret:
        file = self._settings.secret_id_file
        if file is None:
            return self._settings.secret_id
        try:
            return Secret(file.read_text(encoding="ascii").strip())
        except (OSError, UnicodeDecodeError) as error:
            raise Broken(f"the AppRole's secret id in {file} cannot be read") from error

    async def _send(
        self, method: str, path: str, body: Any, headers: dict[str, str]
    ) -> httpx.Response:
        if self._settings.namespace:
            headers = {**headers, "X-Vault-Namespace": self._settings.namespace}
        try:
            async with self._client.stream(
                method, path, json=body, headers={"X-Vault-Request": "true", **headers}
            ) as answer:
                return await self._whole(answer)
        except httpx.HTTPError as error:
            # The library's text may hold the request; the kind of error says enough.
            raise Unreachable(
                f"{self.label} does not answer ({type(error).__name__})", peer=self._peer
            ) from None

    async def _whole(self, answer: httpx.Response) -> httpx.Response:
        content = b""
        async for part in answer.aiter_bytes():
            content += part
            if len(content) > LARGEST:
                raise self._strange("answers without an end")
        return httpx.Response(answer.status_code, content=content)

    def _judged(self, answer: httpx.Response) -> Any:
        code = answer.status_code
        if code == 404:
            raise NotFound(f"{self.label} has no such secret")
        if code == 403:
            raise AuthRejected(f"{self.label}: the policy of our role forbids it", peer=self._peer)
        if code == 503:
            raise Unreachable(f"{self.label} is sealed or stands by", peer=self._peer)
        if not 200 <= code < 300:
            raise Unreachable(f"{self.label} answers {code}", peer=self._peer, reason="malformed")
        if not answer.content:
            return {}
        try:
            read = answer.json()
        except ValueError:
            raise self._strange("answers no JSON") from None
        if not isinstance(read, dict):
            raise self._strange("answers something else")
        return read

    def _strange(self, what: str) -> Unreachable:
        return Unreachable(f"{self.label} {what}", peer=self._peer, reason="malformed")


def _inner(answer: Any) -> dict[str, Any]:
    inner = answer.get("data")
    return inner if isinstance(inner, dict) else {}


def _peer(address: str) -> str:
    """Host and port of an address that may be spoken to: TLS, or this machine."""
    parts = urlsplit(address)
    is_here = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise Broken("vault_address is a URL such as https://vault.example.net:8200")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise Broken("vault_address is host and port only: no login and no query in it")
    if parts.scheme == "http" and not is_here:
        raise Broken("vault_address begins with https: secrets do not cross a network in clear")
    return parts.netloc


def _verification(authorities: str) -> Any:
    if not authorities:
        return True
    # Only who names roots of their own waits for it.
    import ssl

    try:
        return ssl.create_default_context(cafile=authorities)
    except (OSError, ssl.SSLError) as error:
        raise Broken(f"the roots in {authorities} cannot be read") from error
