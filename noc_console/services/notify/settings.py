"""What each kind of channel needs to know: plain values a form or a command line can ask for.

Every field says in its metadata how people are asked for it. What is secret (passwords, tokens,
webhook URLs, keys) is no setting: it lies in the vault, and `SECRETS` says which a kind takes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from noc_console.kernel.errors import Invalid


class ChannelKind(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    SMS = "sms"
    SLACK = "slack"
    TEAMS = "teams"
    TELEGRAM = "telegram"
    WEBHOOK = "webhook"
    APPRISE = "apprise"


TITLES: Mapping[ChannelKind, str] = {
    ChannelKind.EMAIL: "E-mail (SMTP)",
    ChannelKind.SMS: "SMS gateway (HTTP)",
    ChannelKind.SLACK: "Slack",
    ChannelKind.TEAMS: "Microsoft Teams",
    ChannelKind.TELEGRAM: "Telegram",
    ChannelKind.WEBHOOK: "Webhook (JSON)",
    ChannelKind.APPRISE: "Other service (apprise)",
}

SECRETS: Mapping[ChannelKind, tuple[str, str]] = {
    ChannelKind.EMAIL: ("Password", ""),
    ChannelKind.SMS: ("Key of the gateway ({secret})", ""),
    ChannelKind.SLACK: ("Webhook URL", ""),
    ChannelKind.TEAMS: ("Workflow URL", ""),
    ChannelKind.TELEGRAM: ("Bot token", ""),
    ChannelKind.WEBHOOK: ("URL", "Signing key"),
    ChannelKind.APPRISE: ("Apprise URL", ""),
}
"""What people are asked for beside the settings: the secret, and the key; empty: none."""

URL_KINDS = frozenset({ChannelKind.SLACK, ChannelKind.TEAMS, ChannelKind.WEBHOOK})
"""Their secret is an http(s) URL."""
NEEDS_SECRET = URL_KINDS | {ChannelKind.TELEGRAM, ChannelKind.APPRISE}

APPRISE_SCHEMES = frozenset(
    (
        *("bark", "barks", "discord", "flock", "gchat", "gotify", "gotifys", "ifttt", "ilert"),
        *("join", "line", "mailgun", "matrix", "matrixs", "mmost", "mmosts", "msgbird", "nctalk"),
        *("nctalks", "ntfy", "ntfys", "opsgenie", "pagerduty", "pagertree", "pbul", "postmark"),
        *("pover", "prowl", "pushy", "rocket", "rockets", "ryver", "sendgrid", "signal"),
        *("signals", "signl4", "sinch", "sparkpost", "spike", "splunk", "squadcast", "threema"),
        *("twilio", "victorops", "vonage", "webex", "wxteams", "whatsapp", "xmatters", "zulip"),
    )
)
"""Schemes of apprise that may be used: services of messages to people. What runs a command, writes
a file, speaks to this machine's desktop or posts anything anywhere (`json`, `xml`, `form`,
`syslog`, `dbus`, `apprise`, plug-ins) is not among them, nor what has a channel of its own here.
"""


def _ask(
    default: Any,
    title: str,
    hint: str = "",
    *,
    least: float | None = None,
    most: float | None = None,
    choices: tuple[str, ...] = (),
    lines: bool = False,
) -> Any:
    about = {"title": title, "hint": hint, "least": least, "most": most, "choices": choices}
    return field(default=default, metadata=about | {"lines": lines})


_PROXY = "http://proxy.example:3128, without a password; empty: directly"
_CA = "PEM text of your own certificate authority; empty: those of the system"
_LINK_LOCAL = "169.254.0.0/16, fe80::/10 and the metadata addresses of clouds are refused otherwise"


@dataclass(frozen=True, slots=True)
class EmailSettings:
    """SMTP (RFC 5321) with STARTTLS (RFC 3207) or TLS from the start (RFC 8314)."""

    host: str = _ask("", "Mail server", "mail.example.net")
    port: int = _ask(587, "Port", "587 with STARTTLS, 465 with TLS", least=1, most=65_535)
    security: str = _ask(
        "starttls", "Encryption", "none sends no password", choices=("starttls", "tls", "none")
    )
    user: str = _ask("", "User", "empty: no login")
    sender: str = _ask("", "From", "noc@example.net")
    reply_to: str = _ask("", "Reply to")
    verify: bool = _ask(True, "Check the certificate")
    ca: str = _ask("", "Own authority", _CA, lines=True)
    timeout_s: float = _ask(20.0, "Wait for an answer, s", least=1, most=120)


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """What every channel over HTTP is asked."""

    proxy: str = _ask("", "Proxy", _PROXY)
    verify: bool = _ask(True, "Check the certificate")
    ca: str = _ask("", "Own authority", _CA, lines=True)
    timeout_s: float = _ask(10.0, "Wait for an answer, s", least=1, most=60)
    link_local: bool = _ask(False, "Allow link-local addresses", _LINK_LOCAL)


@dataclass(frozen=True, slots=True)
class SlackSettings(HttpSettings):
    """An incoming webhook of Slack; Mattermost and Rocket.Chat take the same."""


@dataclass(frozen=True, slots=True)
class TeamsSettings(HttpSettings):
    """A Teams workflow “when a webhook request is received”; gets an Adaptive Card."""


@dataclass(frozen=True, slots=True)
class TelegramSettings(HttpSettings):
    """The bot API. A contact's chat is the number the bot knows it by."""

    chat: str = _ask("", "Group chat", "also told without a contact; empty: contacts only")
    api: str = _ask("https://api.telegram.org", "API", "of your own bot server, if you run one")


@dataclass(frozen=True, slots=True)
class WebhookSettings(HttpSettings):
    """JSON by POST, signed when there is a key (see `adapters/notify/webhook.py`)."""


@dataclass(frozen=True, slots=True)
class SmsSettings(HttpSettings):
    """A gateway that sends a text message when asked by HTTP."""

    url: str = _ask("", "URL of the gateway", "https://sms.example.net/send")
    method: str = _ask("POST", "Method", choices=("POST", "GET"))
    encoding: str = _ask("form", "Sent as", "GET: always in the URL", choices=("form", "json"))
    fields: str = _ask(
        "to={to}\ntext={text}\nkey={secret}",
        "Fields",
        "one name=value a line; {to}, {text}, {id} and {secret} are filled in",
        lines=True,
    )
    header: str = _ask("", "Header", "e.g. Authorization: Bearer {secret}")
    ok_contains: str = _ask("", "Answer of success contains", "empty: any 2xx is success")
    id_field: str = _ask("", "Field of the message's id", "in a JSON answer, e.g. messages.0.id")
    most_segments: int = _ask(3, "At most so many SMS a message", least=1, most=10)


@dataclass(frozen=True, slots=True)
class AppriseSettings:
    """One of the services that apprise reaches, by a list of allowed ones."""

    timeout_s: float = _ask(20.0, "Wait for an answer, s", least=1, most=120)


Settings = (
    EmailSettings
    | SmsSettings
    | SlackSettings
    | TeamsSettings
    | TelegramSettings
    | WebhookSettings
    | AppriseSettings
)

SETTINGS: Mapping[ChannelKind, type[Settings]] = {
    ChannelKind.EMAIL: EmailSettings,
    ChannelKind.SMS: SmsSettings,
    ChannelKind.SLACK: SlackSettings,
    ChannelKind.TEAMS: TeamsSettings,
    ChannelKind.TELEGRAM: TelegramSettings,
    ChannelKind.WEBHOOK: WebhookSettings,
    ChannelKind.APPRISE: AppriseSettings,
}

_LONGEST = 20_000
# A name as domain, or an address in brackets; the mail library stumbles over a lone bracket.
_EMAIL = re.compile(
    r"[^@\s<>\"(),:;\[\]\\\x00-\x1f]{1,64}@(?:[\w.-]{1,190}|\[(?:IPv6:)?[0-9A-Fa-f.:]{2,45}\])"
)
_CHAT = re.compile(r"-?\d{1,20}|@[A-Za-z]\w{3,60}")
_PHONE = re.compile(r"\+?\d{4,15}")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_FILLED = {"to", "text", "id", "secret"}
_HEADER = re.compile(r"[A-Za-z0-9-]{1,60}: ?[^\r\n]{1,500}")


def make(kind: ChannelKind, given: Mapping[str, Any]) -> Settings:
    """Settings of a kind from values or texts; unknown names are refused."""
    known = {each.name: each for each in fields(SETTINGS[kind])}
    if unknown := set(given) - set(known):
        raise Invalid(f"{TITLES[kind]} has no setting {min(unknown)}", field=min(unknown))
    values = {name: _value(known[name], value) for name, value in given.items()}
    made = SETTINGS[kind](**values)
    check(made)
    return made


def _value(asked: Field[Any], given: Any) -> Any:
    kind = type(asked.default) if asked.default is not MISSING else str
    title = asked.metadata["title"]
    if kind is bool:
        return (
            given if isinstance(given, bool) else str(given).lower() in {"true", "yes", "1", "on"}
        )
    try:
        value = kind(given)
    except (TypeError, ValueError) as error:
        raise Invalid(f"{title} is a number, not {given!r}", field=asked.name) from error
    return value.strip() if isinstance(value, str) else value


def check(settings: Settings) -> None:
    """Refuse what no message could be sent with, with words for who fills in the form."""
    for each in fields(settings):
        _in_bounds(each, getattr(settings, each.name))
    if isinstance(settings, EmailSettings):
        _check_email(settings)
    if isinstance(settings, HttpSettings) and settings.proxy:
        proxy = http_url(settings.proxy, "proxy")
        if proxy.username or proxy.password:
            raise Invalid("a proxy with a password is not supported here", field="proxy")
    if isinstance(settings, SmsSettings):
        _check_sms(settings)
    if isinstance(settings, TelegramSettings):
        _without_login(http_url(settings.api, "api"), "api")
        if settings.chat and not is_chat(settings.chat):
            raise Invalid("a chat is a number such as -1001234567890, or @name", field="chat")


def _in_bounds(asked: Field[Any], value: Any) -> None:
    about = asked.metadata
    if isinstance(value, str) and len(value) > _LONGEST:
        raise Invalid(f"{about['title']} is too long", field=asked.name)
    if about["choices"] and value not in about["choices"]:
        raise Invalid(f"{about['title']} is one of {', '.join(about['choices'])}", field=asked.name)
    if about["least"] is not None and not about["least"] <= value <= about["most"]:
        raise Invalid(
            f"{about['title']} lies between {about['least']:g} and {about['most']:g}",
            field=asked.name,
        )


def _check_email(settings: EmailSettings) -> None:
    if not settings.host or re.search(r"[\s/@]", settings.host):
        raise Invalid("name the mail server, e.g. mail.example.net", field="host")
    if not is_email(settings.sender):
        raise Invalid("say which address the mails come from", field="sender")
    if settings.reply_to and not is_email(settings.reply_to):
        raise Invalid("the address for replies is none", field="reply_to")
    if settings.security == "none" and settings.user:
        raise Invalid("a password is sent only encrypted: use starttls or tls", field="security")


def _check_sms(settings: SmsSettings) -> None:
    gateway = http_url(settings.url, "url")
    _without_login(gateway, "url")
    if gateway.query:
        raise Invalid("put what follows the ? into the fields, its key as {secret}", field="url")
    told = settings.fields + settings.header
    if unknown := {name for name in _PLACEHOLDER.findall(told) if name not in _FILLED}:
        raise Invalid(f"{{{min(unknown)}}} is not filled in: use {{to}}, {{text}}", field="fields")
    for line in settings.fields.splitlines():
        if line.strip() and "=" not in line:
            raise Invalid(f"fields are name=value, not {line[:60]!r}", field="fields")
    if "{text}" not in settings.fields or "{to}" not in settings.fields:
        raise Invalid("the fields need {to} and {text}", field="fields")
    if settings.header and not _HEADER.fullmatch(settings.header):
        raise Invalid("a header is Name: value", field="header")


def _without_login(parts: Any, name: str) -> None:
    """Settings are shown, kept in clear and exported; passwords lie in the vault."""
    if parts.username is not None or parts.password is not None:
        raise Invalid("put no login into the URL: a password belongs into the key", field=name)


def http_url(text: str, name: str) -> Any:
    """The parts of an http(s) URL; the error does not repeat it, for URLs are secrets here."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise Invalid("this is no URL", field=name) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", text):
        raise Invalid("an http:// or https:// URL is needed", field=name)
    return parts


def is_email(text: str) -> bool:
    """Whether this is one plain address, without a name and without tricks for headers."""
    return bool(_EMAIL.fullmatch(text))


def is_phone(text: str) -> bool:
    return bool(_PHONE.fullmatch(text))


def is_chat(text: str) -> bool:
    return bool(_CHAT.fullmatch(text))


def check_secret(kind: ChannelKind, secret: str) -> None:
    """Refuse a secret that cannot be one of this kind; it is never repeated."""
    if kind in URL_KINDS:
        http_url(secret, "secret")
    elif kind is ChannelKind.TELEGRAM and not re.fullmatch(r"\d+:[\w-]{20,}", secret):
        raise Invalid("a bot token looks like 123456:ABC…", field="secret")
    elif kind is ChannelKind.APPRISE:
        scheme, is_url, _ = secret.lower().partition("://")
        if scheme not in APPRISE_SCHEMES:
            shown = scheme if is_url and re.fullmatch(r"[a-z0-9+]{1,20}", scheme) else "this"
            raise Invalid(
                f"{shown}:// is not among the services allowed: "
                f"{', '.join(sorted(APPRISE_SCHEMES))}",
                field="secret",
            )


def shown_of(kind: ChannelKind, settings: Settings, secret: str) -> str:
    """Where a channel leads, without what is secret."""
    if isinstance(settings, EmailSettings):
        return f"{settings.host}:{settings.port}"
    if isinstance(settings, SmsSettings):
        return urlsplit(settings.url).hostname or ""
    if kind is ChannelKind.TELEGRAM:
        return f"bot {secret.partition(':')[0]}" if secret else ""
    if kind is ChannelKind.APPRISE:
        return f"{secret.partition('://')[0].lower()}://•••" if secret else ""
    return f"{urlsplit(secret).hostname or ''}/•••" if secret else ""
