"""Which engine for fleets is meant: the URL of `NOC_SAMPLES` taken apart."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from noc_console.kernel.errors import Broken
from noc_console.kernel.secret import Secret

HINT = (
    "measurements elsewhere are victoriametrics+http://HOST:8428, prometheus+http://HOST:9090 "
    "or mimir+https://HOST[?tenant=NAME]"
)
_SETTINGS = {"tenant", "ca"}
_NO_HEADER = str.maketrans(dict.fromkeys(map(chr, [*range(32), 127])))


@dataclass(frozen=True, slots=True)
class EngineUrl:
    """An engine and the way in. Its secrets print as dots."""

    maker: str
    """victoriametrics, prometheus or mimir."""
    base: str
    """Without user and password: fit to be shown."""
    peer: str
    """host:port."""
    authorization: Secret
    """What the Authorization header says; empty for none."""
    tenant: str = ""
    """Mimir's X-Scope-OrgID, and the label `tenant` of every series."""
    authority: str = ""
    """File of the certificates to trust; the system's when empty."""

    @property
    def write(self) -> str:
        return f"{self.base}{'/api/v1/push' if self.maker == 'mimir' else '/api/v1/write'}"

    @property
    def query(self) -> str:
        return f"{self.base}{'/prometheus' if self.maker == 'mimir' else ''}/api/v1/query"

    @property
    def query_range(self) -> str:
        return f"{self.query}_range"

    def headers(self) -> Mapping[str, str]:
        """What every request says about who asks."""
        said = {"User-Agent": "noc-console"}
        if self.authorization:
            said["Authorization"] = self.authorization.reveal()
        if self.tenant:
            said["X-Scope-OrgID"] = self.tenant
        return said


def read_url(url: str, token: Secret | None = None) -> EngineUrl:
    """The URL's parts; a `token` is used as bearer. Raises Broken, never quoting the URL."""
    try:
        parts = urlsplit(url)
        port = parts.port
        asked = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    except ValueError as error:
        raise Broken(f"the URL of the measurements cannot be read: {HINT}") from error
    maker, _, scheme = parts.scheme.partition("+")
    known = maker in {"victoriametrics", "prometheus", "mimir"} and scheme in {"http", "https"}
    if not known or not parts.hostname or asked.keys() - _SETTINGS:
        raise Broken(f"the URL of the measurements names no engine known here: {HINT}")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = port or (443 if scheme == "https" else 80)
    return EngineUrl(
        maker=maker,
        base=f"{scheme}://{host}:{port}{parts.path.rstrip('/')}",
        peer=f"{host}:{port}",
        authorization=_authorization(parts.username, parts.password, token),
        tenant=_plain(asked.get("tenant", [""])[-1]),
        authority=asked.get("ca", [""])[-1],
    )


def _authorization(user: str | None, password: str | None, token: Secret | None) -> Secret:
    if token:
        return Secret(f"Bearer {_plain(token.reveal())}")
    if user is None and password is None:
        return Secret("")
    pair = f"{unquote(user or '')}:{unquote(password or '')}".encode()
    return Secret(f"Basic {base64.b64encode(pair).decode()}")


def _plain(text: str) -> str:
    """Fit for a header: a line break in a setting must not become a second header."""
    cleaned = text.strip().translate(_NO_HEADER)
    if not cleaned.isascii():
        raise Broken("the tenant and the token of the measurements are plain ASCII")
    return cleaned
