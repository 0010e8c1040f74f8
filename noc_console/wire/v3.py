"""The outside of SNMPv3 messages (RFC 3412 §6, RFC 3414 §2.4): what encloses a scoped PDU."""

from __future__ import annotations

from typing import NamedTuple

from noc_console.wire import ber
from noc_console.wire.ber import Malformed
from noc_console.wire.keys import Localized

AUTH = 1
PRIV = 2
REPORTABLE = 4
MAX_BOOTS = 0x7FFFFFFF
MAX_MESSAGE = 65_507  # what one UDP datagram can carry
_USM_MODEL = 3


class V3Message(NamedTuple):
    """The outside of a v3 message. Offsets point into the datagram it was read from."""

    message_id: int
    max_size: int
    flags: int
    engine_id: bytes
    boots: int
    time: int
    user: bytes
    auth_at: int
    auth_size: int
    salt: bytes
    start: int
    """Of the scoped PDU, or of its cipher text when `flags` has PRIV."""
    stop: int
    id_at: int = 0
    time_at: int = 0
    """Where the contents of message id and time begin."""


def decode_v3(data: bytes) -> V3Message:
    """Read the outside; nothing in it is proved yet."""
    end = len(data)
    pos, stop = ber.expect(data, 0, end, ber.SEQUENCE)
    if stop != end:
        raise Malformed("the message and the datagram differ in length")
    version, pos = ber.read_integer(data, pos, end)
    if version != 3:
        raise Malformed("not version 3")
    pos, header_end = ber.expect(data, pos, end, ber.SEQUENCE)
    id_at, _ = ber.expect(data, pos, header_end, ber.INTEGER)
    message_id, pos = ber.read_integer(data, pos, header_end)
    max_size, pos = ber.read_integer(data, pos, header_end)
    flags, pos = ber.read_octets(data, pos, header_end)
    model, pos = ber.read_integer(data, pos, header_end)
    if pos != header_end or len(flags) != 1 or model != _USM_MODEL or message_id < 0:
        raise Malformed("not a message of user-based security")
    if flags[0] & (AUTH | PRIV) == PRIV:
        raise Malformed("privacy without authentication")
    pos, parameters_end = ber.expect(data, pos, end, ber.OCTETS)
    pos, stop = ber.expect(data, pos, parameters_end, ber.SEQUENCE)
    if stop != parameters_end:
        raise Malformed("something follows the security parameters")
    engine_id, pos = ber.read_octets(data, pos, stop)
    boots, pos = ber.read_integer(data, pos, stop)
    time_at, _ = ber.expect(data, pos, stop, ber.INTEGER)
    time, pos = ber.read_integer(data, pos, stop)
    user, pos = ber.read_octets(data, pos, stop)
    auth_at, pos = ber.expect(data, pos, stop, ber.OCTETS)
    auth_size = pos - auth_at
    salt, pos = ber.read_octets(data, pos, stop)
    if pos != stop or boots < 0 or time < 0 or len(engine_id) > 32 or len(user) > 32:
        raise Malformed("impossible security parameters")
    start = parameters_end
    if flags[0] & PRIV:
        start, stop = ber.expect(data, start, end, ber.OCTETS)
        if stop != end:
            raise Malformed("something follows the cipher text")
    return V3Message(
        message_id,
        max_size,
        flags[0],
        engine_id,
        boots,
        time,
        user,
        auth_at,
        auth_size,
        salt,
        start,
        end,
        id_at,
        time_at,
    )


def encode_v3(
    *,
    message_id: int,
    flags: int,
    engine_id: bytes,
    boots: int,
    time: int,
    user: bytes,
    scoped: bytes,
    keys: Localized | None,
) -> bytes:
    """A whole datagram around a scoped PDU, encrypted and signed as `flags` say."""
    salt = b""
    tail = scoped
    if flags & PRIV:
        assert keys is not None
        cipher_text, salt = keys.encrypt(scoped, boots, time)
        tail = ber.octets(cipher_text)
    size = keys.digest_size if keys is not None and flags & AUTH else 0
    parameters = ber.tlv(
        ber.SEQUENCE,
        ber.octets(engine_id)
        + ber.integer(boots)
        + ber.integer(time)
        + ber.octets(user)
        + ber.octets(bytes(size))
        + ber.octets(salt),
    )
    header = ber.tlv(
        ber.SEQUENCE,
        ber.integer(message_id) + b"\x02\x03\x00\xff\xe3\x04\x01%c\x02\x01\x03" % flags,
    )
    message = ber.tlv(ber.SEQUENCE, b"\x02\x01\x03" + header + ber.octets(parameters) + tail)
    if not size:
        return message
    assert keys is not None
    at = len(message) - len(tail) - len(salt) - 2 - size
    return message[:at] + keys.sign(message) + message[at + size :]


def encode_scoped(engine_id: bytes, context: bytes, pdu: bytes) -> bytes:
    """The scoped PDU around an encoded PDU."""
    return ber.tlv(ber.SEQUENCE, ber.octets(engine_id) + ber.octets(context) + pdu)


def open_scoped(
    data: bytes, start: int, end: int, *, padded: bool
) -> tuple[bytes, bytes, int, int]:
    """Context engine, context name, and from where to where the PDU goes.

    Plain text of DES may be `padded` with octets that mean nothing.
    """
    pos, stop = ber.expect(data, start, end, ber.SEQUENCE)
    if stop != end and not (padded and end - stop < 8):
        raise Malformed("something follows the scoped PDU")
    engine_id, pos = ber.read_octets(data, pos, stop)
    context, pos = ber.read_octets(data, pos, stop)
    return engine_id, context, pos, stop


class Form:
    """How the last proved message of an agent looked: the next ones differ from it in their id,
    time, digest, salt and contents only, as long as every length stays.

    All other octets are compared, lengths too, so what fits is as well-formed as the message that
    was read strictly; it costs a fifth of that.
    """

    __slots__ = ("_after", "_before", "_head", "_like", "_time_size")

    def __init__(self, data: bytes, like: V3Message) -> None:
        self._like = like
        self._head = data[_inside(data) : like.id_at]
        self._before = data[like.id_at + 4 : like.time_at]
        self._time_size = data[like.time_at - 1]
        self._after = data[like.time_at + self._time_size : like.auth_at]

    @classmethod
    def of(cls, data: bytes, like: V3Message) -> Form | None:
        """None where an agent writes what we send in four octets in another number of them."""
        is_plain = data[like.id_at - 1] == 4 and data[like.time_at - 1] <= 4
        return cls(data, like) if is_plain else None

    def read(self, data: bytes) -> V3Message | None:
        """The outside of a message of this form; None for any other, which may be fine too."""
        try:
            return self._read(data)
        except IndexError:
            return None

    def _read(self, data: bytes) -> V3Message | None:
        end = len(data)
        pos = _inside(data)
        if data[0] != ber.SEQUENCE or not data.startswith(self._head, pos):
            return None
        id_at = pos + len(self._head)
        time_at = id_at + 4 + len(self._before)
        after_at = time_at + self._time_size
        auth_at = after_at + len(self._after)
        if not data.startswith(self._before, id_at + 4):
            return None
        if not data.startswith(self._after, after_at):
            return None
        like = self._like
        salt_at = auth_at + like.auth_size
        size = len(like.salt)
        if data[salt_at] != ber.OCTETS or data[salt_at + 1] != size:
            return None
        start = salt_at + 2 + size
        salt = data[salt_at + 2 : start]
        if like.flags & PRIV:
            if data[start] != ber.OCTETS:
                return None
            start = _inside(data, start)
        if not 0 < pos <= start <= end or data[id_at] > 127 or data[time_at] > 127:
            return None
        return V3Message(
            int.from_bytes(data[id_at : id_at + 4]),
            like.max_size,
            like.flags,
            like.engine_id,
            like.boots,
            int.from_bytes(data[time_at:after_at]),
            like.user,
            auth_at,
            like.auth_size,
            salt,
            start,
            end,
            id_at,
            time_at,
        )


def _inside(data: bytes, pos: int = 0) -> int:
    """Where the content begins of a TLV that reaches to the end of the datagram; its end + 1
    when it does not.
    """
    end = len(data)
    n = data[pos + 1]
    start = pos + 2
    if n > 127:
        if not 129 <= n <= 132:
            return end + 1
        start += n - 128
        n = int.from_bytes(data[pos + 2 : start])
    return start if start + n == end else end + 1
