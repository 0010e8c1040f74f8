"""Messages of NetFlow v9 (RFC 3954) and IPFIX (RFC 7011): a header, then sets.

Both say the shape of their records in templates; they differ in the header, in the numbers of
their sets, and in how an options template says what it is about.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from noc_console.wire.ber import Malformed
from noc_console.wire.flows.layouts import (
    MOST_FIELDS,
    Field,
    compile_layout,
    option_values,
    records,
    sampling_rate,
    traffic,
)
from noc_console.wire.flows.records import Heard, Rows, Sequence, no_rows
from noc_console.wire.flows.templates import Domain, Templates

V9, IPFIX = 9, 10
FIRST_DATA = 256
MOST_SETS = 1_024
"""A message of 64 KiB has room for more empty sets than anyone sends."""

_V9 = struct.Struct(">HHIIII")
_IPFIX = struct.Struct(">HHIII")
_PAIR = struct.Struct(">HH")
_THREE = struct.Struct(">HHH")


@dataclass(slots=True)
class _Message:
    """What has been read of one message so far."""

    domain: Domain
    now: float
    rows: list[Rows] = field(default_factory=list)
    records: int = 0
    waiting: int = 0
    unknown: int = 0
    skipped: int = 0


def decode_v9(data: bytes, exporter: str, templates: Templates, now: float) -> Heard:
    """A datagram of version 9; Malformed as soon as lengths contradict each other."""
    if len(data) < _V9.size:
        raise Malformed("NetFlow v9: shorter than its header")
    _, _, uptime, _, number, source = _V9.unpack_from(data)
    message = _Message((exporter, V9, source), now)
    for kind, body in _sets(memoryview(data)[_V9.size :]):
        if kind == 0:
            _templates(message, templates, body, ipfix=False)
        elif kind == 1:
            _v9_options(message, templates, body)
        elif kind >= FIRST_DATA:
            _data(message, templates, kind, body)
    return _heard(
        message,
        "NetFlow v9",
        Sequence((V9, source), number, (number + 1) & 0xFFFF_FFFF, "packets"),
        uptime,
    )


def decode_ipfix(data: bytes, exporter: str, templates: Templates, now: float) -> Heard:
    """A message of IPFIX; Malformed as soon as lengths contradict each other."""
    if len(data) < _IPFIX.size:
        raise Malformed("IPFIX: shorter than its header")
    _, length, _, number, domain = _IPFIX.unpack_from(data)
    if not _IPFIX.size <= length <= len(data):
        raise Malformed("IPFIX: a length that the datagram does not have")
    message = _Message((exporter, IPFIX, domain), now)
    for kind, body in _sets(memoryview(data)[_IPFIX.size : length]):
        if kind == 2:
            _templates(message, templates, body, ipfix=True)
        elif kind == 3:
            _ipfix_options(message, templates, body)
        elif kind >= FIRST_DATA:
            _data(message, templates, kind, body)
    # Records of sets without a template cannot be counted: no word about the next number.
    counted = message.waiting == message.unknown == 0
    following = (number + message.records) & 0xFFFF_FFFF if counted else None
    sequence = Sequence((IPFIX, domain), number, following, "records")
    return _heard(message, "IPFIX", sequence, None)


def _heard(message: _Message, version: str, sequence: Sequence | None, uptime: int | None) -> Heard:
    rows = message.rows
    return Heard(
        version=version,
        domain=message.domain[2],
        rows=np.concatenate(rows) if len(rows) > 1 else rows[0] if rows else no_rows(),
        sequence=sequence,
        uptime_ms=uptime,
        waiting=message.waiting,
        unknown=message.unknown,
        skipped=message.skipped,
    )


def _sets(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    at = count = 0
    while len(data) - at >= 4:
        kind, length = _PAIR.unpack_from(data, at)
        if length < 4 or at + length > len(data):
            raise Malformed("a set that does not fit into its message")
        count += 1
        if count > MOST_SETS:
            raise Malformed("more than 1024 sets in a message")
        yield kind, data[at + 4 : at + length]
        at += length


def _fields(body: memoryview, at: int, count: int, *, ipfix: bool) -> tuple[tuple[Field, ...], int]:
    """So many field specifiers from `at`, and where they end."""
    if count > MOST_FIELDS:
        raise Malformed("a template with more than 512 fields")
    found = []
    for _ in range(count):
        if at + 4 > len(body):
            raise Malformed("a template runs over the end of its set")
        element, length = _PAIR.unpack_from(body, at)
        at += 4
        enterprise = 0
        if ipfix and element & 0x8000:
            if at + 4 > len(body):
                raise Malformed("a template runs over the end of its set")
            enterprise = int.from_bytes(body[at : at + 4], "big")
            element &= 0x7FFF
            at += 4
        elif not ipfix and element & 0x8000:
            # v9 knows no enterprises; vendors use the upper half as they like.
            enterprise = -1
        if length == 0xFFFF and not ipfix:
            raise Malformed("NetFlow v9 has no fields of variable length")
        found.append(Field(element, length, enterprise))
    return tuple(found), at


def _templates(message: _Message, templates: Templates, body: memoryview, *, ipfix: bool) -> None:
    at = 0
    while len(body) - at >= 4:
        number, count = _PAIR.unpack_from(body, at)
        at += 4
        if number == 0 and count == 0 and not ipfix:
            return  # padding
        if ipfix and count == 0:
            _withdraw(message, templates, number, options=False)
            continue
        if number < FIRST_DATA:
            raise Malformed("a template with a number below 256")
        fields, at = _fields(body, at, count, ipfix=ipfix)
        _learn(message, templates, number, fields, scope=0)


def _withdraw(message: _Message, templates: Templates, number: int, *, options: bool) -> None:
    if number in (2, 3):
        templates.forget_all(message.domain, options=options)
    elif number >= FIRST_DATA:
        templates.forget(message.domain, number)


def _v9_options(message: _Message, templates: Templates, body: memoryview) -> None:
    """RFC 3954 §6.1: lengths of scope and options in octets, four for each field."""
    at = 0
    while len(body) - at >= 6:
        number, scope, options = _THREE.unpack_from(body, at)
        if number == 0:
            return  # padding
        if number < FIRST_DATA or scope % 4 or options % 4:
            raise Malformed("NetFlow v9: an options template with odd lengths")
        fields, at = _fields(body, at + 6, (scope + options) // 4, ipfix=False)
        # Scopes have numbers of their own (1 system, 2 interface …): none of ours.
        scopes = scope // 4
        named = tuple(
            Field(one.element, one.length, -1 if place < scopes else one.enterprise)
            for place, one in enumerate(fields)
        )
        # A scope that is there keeps it from being taken for traffic, even with none given.
        _learn(message, templates, number, named, scope=max(1, scopes))


def _ipfix_options(message: _Message, templates: Templates, body: memoryview) -> None:
    """RFC 7011 §3.4.2.2."""
    at = 0
    while len(body) - at >= 4:
        number, count = _PAIR.unpack_from(body, at)
        at += 4
        if count == 0:
            _withdraw(message, templates, number, options=True)
            continue
        if at + 2 > len(body):
            raise Malformed("a template runs over the end of its set")
        scope = int.from_bytes(body[at : at + 2], "big")
        if number < FIRST_DATA or not 0 < scope <= count:
            raise Malformed("IPFIX: an options template without a scope")
        fields, at = _fields(body, at + 2, count, ipfix=True)
        _learn(message, templates, number, fields, scope=scope)


def _learn(
    message: _Message,
    templates: Templates,
    number: int,
    fields: tuple[Field, ...],
    *,
    scope: int,
) -> None:
    known = templates.get(message.domain, number, message.now)
    if known is not None and known.fields == fields and known.scope == scope:
        layout = known
    else:
        layout = compile_layout(fields, scope)
    counted = message.records
    for held in templates.learn(message.domain, number, layout, message.now):
        try:
            _data(message, templates, number, memoryview(held.data))
        except Malformed:
            message.skipped += 1  # it was of an older template of the same number
    message.records = counted  # those were of earlier messages


def _data(message: _Message, templates: Templates, number: int, body: memoryview) -> None:
    layout = templates.get(message.domain, number, message.now)
    if layout is None:
        if templates.hold(message.domain, number, bytes(body), message.now):
            message.waiting += 1
        else:
            message.unknown += 1
        return
    if layout.scope:
        told = option_values(layout, body)
        message.records += len(told)
        for values in told:
            if found := sampling_rate(values):
                templates.learn_rate(message.domain, *found)
        return
    raw, count = records(layout, body)
    message.records += count
    if not layout.is_traffic:
        message.skipped += 1
        return
    rows, sampler = traffic(layout, raw)
    if rates := templates.rates(message.domain):
        silent = rows["sampling"] == 0
        # One sampler and records that name none: it is that one.
        only = next(iter(rates.values())) if len(rates) == 1 and sampler is None else 0
        rows["sampling"][silent] = rates.get(0, only)
        if sampler is not None:
            for one, rate in rates.items():
                if one:
                    rows["sampling"][silent & (sampler == one)] = rate
    message.rows.append(rows)
