"""The machine's settings: a TOML file and the environment, read once."""

from __future__ import annotations

import os
import socket
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from noc_console.app import paths
from noc_console.kernel.errors import Broken
from noc_console.kernel.secret import Secret

CHILD_STORE = "NOC_CHILD_STORE"
"""How a window tells its children the store: a URL may hold a password, and everyone on the
machine can read the arguments of a process, but not its environment."""


@dataclass(frozen=True, slots=True)
class Config:
    """What this installation is told by its machine. Changes take a restart.

    `store` and `data` come from `--store`, `NOC_STORE` and `NOC_DATA` as well.
    """

    store: str
    """SQLAlchemy URL: `sqlite:///PATH` or `postgresql://…`."""
    data: Path
    """Folder for backups, the vault's key, logs and window state."""
    name: str
    """What this collector is called among its peers."""
    listen: str = "0.0.0.0"
    """Where a collector hears traps and syslog; the lab uses loopback only."""
    trap_port: int = 162
    trap_port_fallback: int = 11_162
    syslog_port: int = 514
    syslog_port_fallback: int = 11_514
    syslog_tls_port: int = 6514
    """RFC 5425; heard only when there is a certificate."""
    syslog_tls_certificate: str = ""
    """PEM file with the certificate and those between it and its root; empty: no TLS."""
    syslog_tls_key: str = ""
    """PEM file with its private key."""
    syslog_tls_authorities: str = ""
    """PEM file; when given, only who shows a certificate of one of these may send by TLS."""
    tacacs_port: int = 49
    """Where devices account by TACACS+; heard only while the vault has a key for it."""
    tacacs_port_fallback: int = 11_049
    netflow_port: int = 2055
    """Where flows are heard (NetFlow v5 and v9, IPFIX); 0: not at all, here and below."""
    ipfix_port: int = 4739
    sflow_port: int = 6343
    log_days: float = 30.0
    """How long traps and log lines are kept."""
    log_gigabytes: float = 8.0
    """How much room they may take; the oldest go first."""
    poll_interval_s: float = 60.0
    vault: str = "file"
    """Where the vault's key lies: `file` (data folder), `system` (the desktop's keyring),
    `passphrase` (a file in the data folder that opens with one), or `credential` (handed over by
    systemd, for collectors)."""
    vault_secrets: str = "store"
    """Where secrets lie: `store`, sealed with the vault's key, or `openbao`."""
    vault_address: str = ""
    """OpenBao or Vault, such as `https://vault.example.net:8200`. Given with `store` it is read
    until every secret came back (`vault.move`)."""
    vault_role_id: str = ""
    """Our AppRole there; its secret id lies in the next file."""
    vault_secret_id_file: str = ""
    vault_mount: str = "secret"
    """Where its key/value engine, version 2, is mounted; below it our folder."""
    vault_folder: str = "noc-console"
    vault_namespace: str = ""
    vault_authorities: str = ""
    """PEM file of the roots to trust there; empty: the system's."""
    vault_idle_min: float = 15.0
    """The window locks after so many minutes without a hand on it, once somebody has a pass
    phrase; 0: never."""
    terminal_hold_min: float = 30.0
    """Local shells and telnet go on for so many minutes after the window is gone, for the next one
    to take; 0: they end with it."""
    log_level: str = "INFO"
    samples: str = ""
    """Where the past of measurements is kept if not beside the store, such as
    `victoriametrics+http://host:8428`; `NOC_SAMPLES` says it too."""
    samples_token: Secret = field(default_factory=lambda: Secret(""))
    """Opens that place, as a bearer; only from `NOC_SAMPLES_TOKEN`."""
    metrics: str = "localhost:9464"
    """Where a collector tells Prometheus its figures, on loopback only; empty: nowhere, port 0: a
    free one. `NOC_METRICS` says it too."""
    traces: str = ""
    """Where OpenTelemetry's traces go (OTLP over HTTP), such as `http://127.0.0.1:4318`;
    `OTEL_EXPORTER_OTLP_ENDPOINT` says it too. Takes the extra `tracing`."""
    lab: bool = False
    """Beside the built-in lab network; set by `--lab`, not by a file."""

    @property
    def lab_control(self) -> Path:
        """Where a running lab says how to reach it."""
        return (self.data if self.lab else self.data / "lab") / "lab.json"


MOST_HOLD_MIN = 7 * 24 * 60
VAULTS = ("file", "system", "passphrase", "credential")
_TEXT, _NUMBER, _WHOLE = (str,), (int, float), (int,)
_KINDS = {
    "store": _TEXT,
    "name": _TEXT,
    "listen": _TEXT,
    "vault": _TEXT,
    "vault_secrets": _TEXT,
    "vault_address": _TEXT,
    "vault_role_id": _TEXT,
    "vault_secret_id_file": _TEXT,
    "vault_mount": _TEXT,
    "vault_folder": _TEXT,
    "vault_namespace": _TEXT,
    "vault_authorities": _TEXT,
    "vault_idle_min": _NUMBER,
    "terminal_hold_min": _NUMBER,
    "samples": _TEXT,
    "metrics": _TEXT,
    "traces": _TEXT,
    "log_level": _TEXT,
    "trap_port": _WHOLE,
    "trap_port_fallback": _WHOLE,
    "syslog_port": _WHOLE,
    "syslog_port_fallback": _WHOLE,
    "syslog_tls_port": _WHOLE,
    "tacacs_port": _WHOLE,
    "tacacs_port_fallback": _WHOLE,
    "netflow_port": _WHOLE,
    "ipfix_port": _WHOLE,
    "sflow_port": _WHOLE,
    "syslog_tls_certificate": _TEXT,
    "syslog_tls_key": _TEXT,
    "syslog_tls_authorities": _TEXT,
    "log_days": _NUMBER,
    "log_gigabytes": _NUMBER,
    "poll_interval_s": _NUMBER,
}


def load(
    *,
    store: str | None = None,
    environment: Mapping[str, str] = os.environ,
    file: Path | None = None,
) -> Config:
    """Defaults, then the file, then the environment, then the command line's `store`."""
    data = Path(environment["NOC_DATA"]) if environment.get("NOC_DATA") else paths.user_data()
    chosen = _from_file(file or _default_file(environment))
    url = environment.get(CHILD_STORE) or store or environment.get("NOC_STORE")
    url = url or chosen.get("store", "")
    chosen.pop("store", None)
    config = Config(
        store=url or f"sqlite:///{data / 'noc.db'}", data=data, name=socket.gethostname()
    )
    config = replace(config, **chosen)
    if interval := environment.get("NOC_POLL_INTERVAL"):
        config = replace(config, poll_interval_s=_seconds(interval))
    if samples := environment.get("NOC_SAMPLES"):
        config = replace(config, samples=samples)
    if (metrics := environment.get("NOC_METRICS")) is not None:
        config = replace(config, metrics=metrics)
    if traces := environment.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        config = replace(config, traces=traces)
    if token := environment.get("NOC_SAMPLES_TOKEN"):
        config = replace(config, samples_token=Secret(token))
    _check_vault(config)
    if not 0 <= config.terminal_hold_min <= MOST_HOLD_MIN:
        raise Broken(f"terminal_hold_min lies between 0 and {MOST_HOLD_MIN}")
    return config


def _check_vault(config: Config) -> None:
    if config.vault not in VAULTS:
        raise Broken(
            f"vault is `file` or `system`, `passphrase` or `credential`, not {config.vault!r}"
        )
    if config.vault_secrets not in {"store", "openbao"}:
        raise Broken(f"vault_secrets is `store` or `openbao`, not {config.vault_secrets!r}")
    needed = (config.vault_address, config.vault_role_id, config.vault_secret_id_file)
    if (config.vault_secrets == "openbao" or config.vault_address) and not all(needed):
        raise Broken("OpenBao needs vault_address, vault_role_id and vault_secret_id_file")
    if config.vault_idle_min < 0:
        raise Broken("vault_idle_min is a number of minutes, 0 for never")


def _default_file(environment: Mapping[str, str]) -> Path:
    named = environment.get("NOC_CONFIG")
    return Path(named) if named else paths.user_config() / "config.toml"


def _from_file(file: Path) -> dict[str, Any]:
    try:
        read = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Broken(f"{file} cannot be read: {error}") from error
    known = {field.name for field in fields(Config)} & _KINDS.keys()
    if unknown := sorted(read.keys() - known):
        raise Broken(f"{file} has settings this version does not know: {', '.join(unknown)}")
    for key, value in read.items():
        if isinstance(value, bool) or not isinstance(value, _KINDS[key]):
            raise Broken(f"{file}: {key} has the wrong type")
    return read


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError as error:
        raise Broken(f"NOC_POLL_INTERVAL is a number of seconds, not {text!r}") from error
    if not 0.2 <= seconds <= 86_400:
        raise Broken("NOC_POLL_INTERVAL lies between 0.2 and 86400 seconds")
    return seconds
