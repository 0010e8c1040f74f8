"""How command lines write down what was typed: in full (Cisco's), and with secrets hidden.

`int gi1/0/3` becomes `interface GigabitEthernet1/0/3`, `desc x` becomes `description x`, and of
`username bob secret x` a hash is kept. Whoever looks for the line as it was typed does not find it.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from noc_console.lab.model import Device, Port

_NAME = re.compile(r"^([A-Za-z-]+) ?(\d[\d/.:]*)$")
_SECRET = re.compile(r"^(?P<head>(?:username \S+ (?:\S+ )*?|enable )secret )(?:0 )?(?P<plain>\S+)$")
_PASSWORD = re.compile(r"\bplain-text-password-value \"?(?P<plain>[^\s\"]+)\"?$")
_NOWHERE = re.compile(r"(?i)^(?P<head>ip(?:v6)? route .*)\bnull ?0\b")
_HOST = re.compile(r"^(?P<head>(?:access-list \d+ )?(?:permit|deny) )host (?P<address>\S+)$")
_WITHIN = re.compile(r"^(?P<head>(?:.* )?(?:update-source|passive-interface) )(?P<name>\S+)$")


def word(typed: str, known: Iterable[str]) -> str | None:
    """The command that a word or the beginning of one stands for; None for none or several."""
    names = set(known)
    if typed in names:
        return typed
    fits = [name for name in names if name.startswith(typed)] if len(typed) > 1 else []
    return fits[0] if len(fits) == 1 else None


def port(device: Device, name: str) -> Port | None:
    """By its full or short name, or by the beginning of its type and its number."""
    if (known := device.port(name)) is not None:
        return known
    asked = _NAME.match(name)
    if asked is None:
        return None
    fits = [
        one
        for one in device.ports
        if (its := _NAME.match(one.name)) is not None
        and its[2] == asked[2]
        and its[1].casefold().startswith(asked[1].casefold())
    ]
    return fits[0] if len(fits) == 1 else None


def as_printed(device: Device, line: str) -> str:
    """A line whose first word is in full, as the configuration shows it from then on."""
    no = "no " if line.startswith("no ") else ""
    plain = line.removeprefix("no ")
    if plain.startswith("interface ") and (named := port(device, plain[10:].strip())) is not None:
        return f"{no}interface {named.name}"
    if (found := _SECRET.match(plain)) is not None and not no:
        return f"{found['head']}9 {_hashed(device.name, found['plain'])}"
    if (found := _WITHIN.match(plain)) is not None:
        named = port(device, found["name"])
        return f"{no}{found['head']}{named.name if named else found['name']}"
    plain = _NOWHERE.sub(r"\g<head>Null0", plain)
    return no + _HOST.sub(r"\g<head>\g<address>", plain)


def as_set(device: Device, path: str) -> str:
    """A path of Junos as its configuration shows it: of a password in the clear a hash is kept."""
    return _PASSWORD.sub(
        lambda found: f'encrypted-password "{_hashed(device.name, found["plain"], "6")}"', path
    )


def _hashed(salt: str, plain: str, kind: str = "9") -> str:
    """In the form of crypt(3) and IOS; the hash itself is not theirs, nobody logs in with it."""
    first = b64encode(sha256(salt.encode()).digest()).decode()[:14].translate(_LETTERS)
    second = b64encode(sha256(f"{salt}:{plain}".encode()).digest()).decode()[:43]
    return f"${kind}${first}${second.translate(_LETTERS)}"


_LETTERS = str.maketrans("+/", "./")
