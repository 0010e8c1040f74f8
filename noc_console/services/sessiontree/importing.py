"""Sessions out of files of SecureCRT, PuTTY and CSV. Passwords are never taken over."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import unquote
from xml.etree import ElementTree

from noc_console.kernel.errors import Invalid
from noc_console.kernel.text import visible
from noc_console.services.sessiontree.model import Found, Problem, Reading
from noc_console.services.terminal.addresses import parse

LARGEST = 32 << 20
MOST_FOUND = 20_000
DEEPEST = 12
_PUTTY = re.compile(r"\[HKEY_[A-Z_]+\\Software\\SimonTatham\\PuTTY\\Sessions\\([^\]]+)\]", re.I)
_VALUE = re.compile(r'"((?:[^"\\]|\\.)*)"=(?:"((?:[^"\\]|\\.)*)"|dword:([0-9a-fA-F]{1,8}))')
_CRT = re.compile(r'([SDBZ]):"([^"]*)"=(.*)')
_PORT = {"ssh": 22, "telnet": 23}
_KINDS = {
    "ssh": "ssh",
    "ssh1": "ssh",
    "ssh2": "ssh",
    "telnet": "telnet",
    "telnet/ssl": "",
    "serial": "serial",
    "raw": "",
    "rlogin": "",
}


def read_file(name: str, content: bytes) -> Reading:
    """The sessions of a file, whatever it is. Raises Invalid for what nobody knows."""
    if len(content) > LARGEST:
        raise Invalid(f"{name} has more than {LARGEST >> 20} MiB", field="path")
    text = decoded(content)
    start = text.lstrip()[:4_000]
    if "SimonTatham" in text[:200_000]:
        return _putty_registry(text)
    if start.startswith("<"):
        return _securecrt_xml(text)
    if re.search(r'^S:"(?:Hostname|Protocol Name|Com Port)"=', text, re.MULTILINE):
        return _securecrt_ini([((), name.removesuffix(".ini"), text)])
    if re.search(r"^HostName=", text, re.MULTILINE) and "Protocol=" in text:
        return _putty_files([(name, text)])
    return _csv(text)


def read_folder(files: Sequence[tuple[tuple[str, ...], bytes]]) -> Reading:
    """A folder of SecureCRT's (`Config/Sessions`) or of PuTTY on Linux: paths and contents.

    Raises Invalid when nothing in it is a session.
    """
    crt: list[tuple[tuple[str, ...], str, str]] = []
    putty: list[tuple[str, str]] = []
    for path, content in files[:MOST_FOUND]:
        text = decoded(content[: 1 << 20])
        if path[-1].lower().endswith(".ini"):
            if path[-1].lower() not in {"default.ini", "__folderdata__.ini"}:
                crt.append((path[:-1], path[-1][:-4], text))
        elif re.search(r"^HostName=", text, re.MULTILINE):
            putty.append((unquote(path[-1]), text))
    if crt:
        return _securecrt_ini(crt)
    if putty:
        return _putty_files(putty)
    raise Invalid("there are no sessions of SecureCRT or PuTTY in this folder", field="path")


def decoded(content: bytes) -> str:
    """The text of a file: UTF-16 as Windows exports it, UTF-8, or Latin-1."""
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if content.startswith(mark):
            return content.decode(name, "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


# --- PuTTY ----------------------------------------------------------------------------------


def _putty_registry(text: str) -> Reading:
    """An export of the registry (`reg export HKCU\\Software\\SimonTatham putty.reg`)."""
    kept: list[tuple[str, dict[str, str]]] = []
    values: dict[str, str] | None = None
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith("["):
            match = _PUTTY.fullmatch(line)
            values = {} if match else None
            if match and values is not None:
                kept.append((_unescaped(match[1]), values))
        elif values is not None and (found := _VALUE.fullmatch(line)):
            told = found[2]
            plain = str(int(found[3], 16)) if told is None else re.sub(r"\\(.)", r"\1", told)
            values[found[1].lower()] = plain
    return _gathered("PuTTY", (((), name, *_putty(values)) for name, values in kept))


def _putty_files(files: Sequence[tuple[str, str]]) -> Reading:
    """`~/.putty/sessions`: a file a session, `Name=value` a line."""
    kept = []
    for name, text in files:
        pairs = (line.partition("=") for line in text.splitlines())
        kept.append((name, {key.strip().lower(): value for key, _, value in pairs}))
    return _gathered("PuTTY", (((), name, *_putty(values)) for name, values in kept))


def _putty(values: Mapping[str, str]) -> tuple[str, str]:
    """Address, or nothing and why."""
    kind = values.get("protocol", "ssh").lower()
    if kind == "serial":
        return f"serial:{values.get('serialline', '')}@{values.get('serialspeed', '9600')}", ""
    return _address(
        kind, values.get("hostname", ""), values.get("portnumber", ""), values.get("username", "")
    )


def _unescaped(name: str) -> str:
    """PuTTY writes signs of names as `%20`."""
    return unquote(name)


# --- SecureCRT ------------------------------------------------------------------------------


def _securecrt_ini(files: Sequence[tuple[tuple[str, ...], str, str]]) -> Reading:
    kept = []
    for folders, name, text in files:
        values: dict[str, str] = {}
        for line in text.splitlines():
            if (match := _CRT.fullmatch(line.strip("\ufeff\r\n "))) is not None:
                kind, key, value = match.groups()
                number = re.fullmatch(r"[0-9a-fA-F]{1,8}", value) if kind == "D" else None
                values[key.lower()] = str(int(value, 16)) if number else value
        kept.append((folders, name, values))
    return _gathered("SecureCRT", ((folders, n, *_securecrt(v)) for folders, n, v in kept))


def _securecrt_xml(text: str) -> Reading:
    """“Tools → Export Settings” of SecureCRT."""
    # A document type can name files and grow without end; none of SecureCRT's has one.
    if re.search(r"<!(?:DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise Invalid("an XML file with a document type is not read", field="path")
    try:
        bare = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)  # it is no longer in that encoding
        root = ElementTree.fromstring(bare.encode())  # noqa: S314 no document type, bounded
    except (ElementTree.ParseError, ValueError, RecursionError) as error:
        raise Invalid(f"this XML cannot be read: {error}", field="path") from None
    top = next((k for k in root.iter("key") if k.get("name") == "Sessions"), None)
    if top is None:
        raise Invalid("there are no sessions in this file", field="path")
    walked = _walk(top, ())
    return _gathered("SecureCRT", ((folders, n, *_securecrt(v)) for folders, n, v in walked))


def _walk(
    top: ElementTree.Element, folders: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str, dict[str, str]]]:
    """Keys with a host are sessions, the others folders."""
    waiting = [(key, folders) for key in reversed(top.findall("key"))]
    while waiting:
        key, above = waiting.pop()
        name = key.get("name") or ""
        values = {
            (one.get("name") or "").lower(): one.text or ""
            for one in key
            if one.tag in {"string", "dword"}
        }
        if "hostname" in values or "protocol name" in values:
            if name.lower() != "default":
                yield above, name, values
        elif len(above) < DEEPEST:
            waiting += [(child, (*above, name)) for child in reversed(key.findall("key"))]


def _securecrt(values: Mapping[str, str]) -> tuple[str, str]:
    kind = values.get("protocol name", "ssh2").lower()
    if kind == "serial":
        port = values.get("com port", "") or values.get("port", "")
        return f"serial:{port}@{values.get('baud rate', '9600')}", ""
    port = values.get("[ssh2] port", "") if kind.startswith("ssh") else values.get("port", "")
    return _address(kind, values.get("hostname", ""), port, values.get("username", ""))


# --- CSV ------------------------------------------------------------------------------------

_NAMES = {
    "name": ("name", "session", "session name", "label", "title", "device"),
    "folder": ("folder", "group", "path", "site", "location"),
    "host": ("host", "hostname", "address", "ip", "ip address", "host name"),
    "port": ("port",),
    "protocol": ("protocol", "type", "kind"),
    "user": ("user", "username", "login"),
    "note": ("note", "notes", "description", "comment"),
}


def _csv(text: str) -> Reading:
    """Lines with a heading: at least a host; folder levels are parted by `/` or `\\`."""
    sample = text[:8_192]
    delimiter = max(",;\t|", key=lambda sign: sample.partition("\n")[0].count(sign))
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        head = [cell.strip().lower() for cell in next(rows, [])]
        at = {
            wanted: next((head.index(name) for name in names if name in head), -1)
            for wanted, names in _NAMES.items()
        }
        if at["host"] < 0:
            raise Invalid(
                "the first line must name a column host (and name, folder, …)", field="path"
            )
        return _gathered("CSV", _csv_rows(rows, at))
    except csv.Error as error:
        raise Invalid(f"this is no CSV: {error}", field="path") from None


def _csv_rows(
    rows: Iterator[list[str]], at: Mapping[str, int]
) -> Iterator[tuple[tuple[str, ...], str, str, str]]:
    for row in rows:
        told = {
            name: row[column].strip() if 0 <= column < len(row) else ""
            for name, column in at.items()
        }
        if not any(told.values()):
            continue
        folders = tuple(part.strip() for part in re.split(r"[/\\]", told["folder"]) if part.strip())
        host, why = told["host"], ""
        if re.match(r"(?:ssh|telnet|serial):", host):
            address = host
        else:
            address, why = _address(told["protocol"] or "ssh", host, told["port"], told["user"])
        yield folders[:DEEPEST], told["name"] or host, address, why


# --- all of them ----------------------------------------------------------------------------


def _address(kind: str, host: str, port: str, user: str) -> tuple[str, str]:
    """`ssh:user@host:port`, or nothing and why."""
    kind, host = kind.strip().lower(), host.strip()
    ours = _KINDS.get(kind)
    if not ours or ours == "serial":
        return "", f"“{visible(kind, limit=30)}” is not spoken here"
    if not host:
        return "", "it has no host"
    if "@" in host and not user:
        user, _, host = host.rpartition("@")
    if ":" in host and not host.startswith("["):
        host = f"[{host}]" if host.count(":") > 1 else host
    number = port.strip()
    who = f"{user.strip()}@" if user.strip() and ours == "ssh" else ""
    tail = "" if number in ("", "0", str(_PORT[ours])) else f":{number}"
    return f"{ours}:{who}{host}{tail}", ""


def _gathered(source: str, rows: Iterator[tuple[tuple[str, ...], str, str, str]]) -> Reading:
    """Every row checked; what cannot be used is told, not raised."""
    found: list[Found] = []
    problems: list[Problem] = []
    for folders, name, address, why in rows:
        shown = visible(name.strip(), limit=120)
        where = "/".join((*folders, shown))
        if len(found) >= MOST_FOUND:
            problems.append(
                Problem(where, f"more than {MOST_FOUND:,} sessions: the rest is left out")
            )
            break
        if not why:
            try:
                address = parse(address).address
            except Invalid as error:
                why = str(error)
        if why:
            problems.append(Problem(where, why))
            continue
        clean = tuple(
            visible(part.strip(), limit=120) for part in folders[:DEEPEST] if part.strip()
        )
        found.append(Found(clean, shown or address, address))
    return Reading(tuple(found), tuple(problems), source)
