"""The hot half of decoding SNMP, compiled where that was built, else in Python: the same answers.

`make decoder` builds the compiled one beside this file. NOC_PURE=1 leaves it aside.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from noc_console.wire import pure, snmp
from noc_console.wire.ber import Malformed
from noc_console.wire.pure import Rows, Walked
from noc_console.wire.snmp import Value

__all__ = [
    "KIND",
    "Notification",
    "Rows",
    "Walked",
    "decode_notification",
    "decode_notification_pdu",
    "open_answer",
    "parse_varbinds",
    "peek",
    "rows",
    "walked",
]

KIND = "pure"
"""Which one this process uses: "compiled" or "pure"."""

peek = snmp.peek
open_answer = snmp.open_answer
parse_varbinds = snmp.parse_varbinds
rows = pure.rows
walked = pure.walked
_notification = pure.notification

if os.environ.get("NOC_PURE", "") in ("", "0"):
    try:
        from noc_console.wire import _decoder
    except ImportError:
        pass
    else:
        KIND = "compiled"
        peek = _decoder.peek
        open_answer = _decoder.open_answer
        parse_varbinds = _decoder.parse_varbinds
        rows = _decoder.rows
        walked = _decoder.walked
        _notification = _decoder.notification


class Notification(NamedTuple):
    """A trap (or, with `kind` INFORM, an inform) of version 2c or 3, as rules read it."""

    kind: int
    request_id: int
    uptime: int
    """Hundredths of a second."""
    trap_oid: str
    varbinds: tuple[tuple[str, Value], ...]
    """Without uptime and name. A value that means nothing is the octets it came as."""


def decode_notification(data: bytes) -> tuple[bytes, Notification]:
    """Community and contents of a v2c trap or inform that fills the datagram."""
    version, community, pos = snmp.open_envelope(data)
    if version != snmp.V2C:
        raise Malformed("not version 2c")
    return community, decode_notification_pdu(data, pos, len(data))


def decode_notification_pdu(data: bytes, pos: int, end: int) -> Notification:
    """The same from the PDU alone: what `open_envelope` or a v3 engine has laid bare."""
    return Notification._make(_notification(data, pos, end))
