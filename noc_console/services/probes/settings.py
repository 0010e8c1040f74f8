"""What each kind of probe needs to know: plain values a form, a file, a command line can ask for.

Every field says in its metadata how people are asked for it (`title`, `hint`, `least`, `most`,
`choices`); a default is what most people want.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from enum import StrEnum
from typing import Any

from noc_console.kernel.errors import Invalid


class ProbeKind(StrEnum):
    """How a target is asked whether it is well."""

    ICMP = "icmp"
    TCP = "tcp"
    DNS = "dns"
    HTTP = "http"
    SSH = "ssh"
    RADIUS = "radius"
    TWAMP = "twamp"


TITLES = {
    ProbeKind.ICMP: "Ping",
    ProbeKind.TCP: "TCP connect",
    ProbeKind.DNS: "DNS",
    ProbeKind.HTTP: "HTTP(S)",
    ProbeKind.SSH: "SSH banner",
    ProbeKind.RADIUS: "RADIUS login",
    ProbeKind.TWAMP: "TWAMP light",
}


def _ask(
    default: Any,
    title: str,
    hint: str = "",
    *,
    least: float | None = None,
    most: float | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    return field(
        default=default,
        metadata={"title": title, "hint": hint, "least": least, "most": most, "choices": choices},
    )


@dataclass(frozen=True, slots=True)
class PingSettings:
    """ICMP echo (RFC 792, RFC 4443)."""

    count: int = _ask(20, "Packets a round", "20 show the smoke", least=1, most=100)
    size: int = _ask(56, "Payload, bytes", least=32, most=1472)
    spread: bool = _ask(True, "Spread over the interval", "off: one burst, 20 ms apart")
    timeout_s: float = _ask(2.0, "Wait for an answer, s", least=0.1, most=10)


@dataclass(frozen=True, slots=True)
class TcpSettings:
    """How long a connection takes to be accepted."""

    port: int = _ask(443, "Port", least=1, most=65_535)
    count: int = _ask(3, "Connections a round", least=1, most=20)
    timeout_s: float = _ask(3.0, "Wait for an answer, s", least=0.1, most=30)


@dataclass(frozen=True, slots=True)
class DnsSettings:
    """One question to one name server (RFC 1035); a SOA answer tells its serial."""

    name: str = _ask(".", "Name asked for", "www.example.net")
    type: str = _ask(
        "SOA",
        "Type",
        choices=("A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"),
    )
    expected: str = _ask("", "Expected in the answer", "empty: any answer")
    rcode: str = _ask("NOERROR", "Expected code", choices=("NOERROR", "NXDOMAIN", "REFUSED"))
    port: int = _ask(53, "Port", least=1, most=65_535)
    count: int = _ask(3, "Questions a round", least=1, most=20)
    timeout_s: float = _ask(2.0, "Wait for an answer, s", least=0.1, most=10)


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """One GET of a page, its phases and its certificate. The target is a URL."""

    status: str = _ask("200-399", "Expected status", "200 or 200-399 or 200,401")
    text: str = _ask("", "Text in the page", "empty: not looked at")
    redirects: bool = _ask(True, "Follow redirects")
    private_redirects: bool = _ask(False, "Also to private addresses", "from public ones")
    trust_any: bool = _ask(False, "Accept any certificate", "self-signed, unknown issuer")
    timeout_s: float = _ask(10.0, "Wait for the page, s", least=0.5, most=60)


@dataclass(frozen=True, slots=True)
class SshSettings:
    """The line a server greets with (RFC 4253 section 4.2); nobody logs in."""

    port: int = _ask(22, "Port", least=1, most=65_535)
    expected: str = _ask("", "Expected in the banner", "OpenSSH_9; empty: any")
    timeout_s: float = _ask(5.0, "Wait for the banner, s", least=0.5, most=30)


@dataclass(frozen=True, slots=True)
class RadiusSettings:
    """One Access-Request (RFC 2865) with a Message-Authenticator (RFC 3579)."""

    user: str = _ask("noc-probe", "User")
    expected: str = _ask("accept", "Expected answer", choices=("accept", "reject", "any"))
    needs_authenticator: bool = _ask(
        True, "Answers must be signed", "Message-Authenticator, CVE-2024-3596"
    )
    port: int = _ask(1812, "Port", least=1, most=65_535)
    timeout_s: float = _ask(3.0, "Wait for an answer, s", "a reject may take 1 s", least=1, most=30)


@dataclass(frozen=True, slots=True)
class TwampSettings:
    """Packets to a reflector (RFC 5357 appendix I): round trip, and the variation each way."""

    port: int = _ask(862, "Port", least=1, most=65_535)
    count: int = _ask(20, "Packets a round", least=1, most=200)
    gap_ms: float = _ask(20.0, "Between packets, ms", least=1, most=1000)
    size: int = _ask(41, "Packet, bytes", least=41, most=1400)
    timeout_s: float = _ask(2.0, "Wait for an answer, s", least=0.1, most=10)


Settings = (
    PingSettings
    | TcpSettings
    | DnsSettings
    | HttpSettings
    | SshSettings
    | RadiusSettings
    | TwampSettings
)

SETTINGS: dict[ProbeKind, type[Settings]] = {
    ProbeKind.ICMP: PingSettings,
    ProbeKind.TCP: TcpSettings,
    ProbeKind.DNS: DnsSettings,
    ProbeKind.HTTP: HttpSettings,
    ProbeKind.SSH: SshSettings,
    ProbeKind.RADIUS: RadiusSettings,
    ProbeKind.TWAMP: TwampSettings,
}


@dataclass(frozen=True, slots=True)
class Question:
    """One setting as a form asks for it."""

    name: str
    kind: type
    title: str
    hint: str
    default: Any
    least: float | None
    most: float | None
    choices: tuple[str, ...]


_TYPES = {"int": int, "float": float, "bool": bool, "str": str}


def questions(kind: ProbeKind) -> tuple[Question, ...]:
    """What a form asks for this kind."""
    return tuple(
        Question(
            name=each.name,
            kind=_TYPES[str(each.type)],
            title=each.metadata["title"],
            hint=each.metadata["hint"],
            default=None if each.default is MISSING else each.default,
            least=each.metadata["least"],
            most=each.metadata["most"],
            choices=each.metadata["choices"],
        )
        for each in fields(SETTINGS[kind])
    )


def make(kind: ProbeKind, values: dict[str, Any]) -> Settings:
    """Settings from plain values or texts; what is not given keeps its default.

    Raises Invalid that names the field: unknown, of the wrong type, out of its range.
    """
    asked = {question.name: question for question in questions(kind)}
    if unknown := sorted(values.keys() - asked.keys()):
        raise Invalid(f"{TITLES[kind]} has no setting {unknown[0]}", field=unknown[0])
    return SETTINGS[kind](**{name: _fit(asked[name], value) for name, value in values.items()})


def _fit(question: Question, value: Any) -> Any:
    fitting = _typed(question, value)
    if question.choices and fitting not in question.choices:
        raise Invalid(
            f"{question.title} is one of {', '.join(question.choices)}", field=question.name
        )
    if question.least is not None and fitting < question.least:
        raise Invalid(f"{question.title}: at least {question.least:g}", field=question.name)
    if question.most is not None and fitting > question.most:
        raise Invalid(f"{question.title}: at most {question.most:g}", field=question.name)
    if isinstance(fitting, str) and (len(fitting) > 500 or not fitting.isprintable()):
        raise Invalid(f"{question.title}: at most 500 printable characters", field=question.name)
    return fitting


_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def _typed(question: Question, value: Any) -> Any:
    if question.kind is bool:
        known = value if isinstance(value, bool) else _TRUTHS.get(str(value).strip().lower())
        if known is None:
            raise Invalid(f"{question.title} is yes or no", field=question.name)
        return known
    if question.kind is str:
        return str(value).strip()
    try:
        number = question.kind(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise Invalid(f"{question.title} is a number", field=question.name) from error
    if number != number:
        raise Invalid(f"{question.title} is a number", field=question.name)
    return number
