"""What an agent's error status means to the operator who asked."""

from __future__ import annotations

from noc_console.kernel.errors import Conflict, Invalid, NocError, NotFound, Refused, Unreachable

_WORDS = {
    1: "the answer or the request is too big for it",
    2: "it has no such object, or does not let it be written",
    3: "the value has the wrong type, length or range",
    4: "the object is read-only",
    5: "it failed for a reason it does not say (genErr)",
    6: "it does not let this object be reached (noAccess)",
    7: "the value has the wrong type (wrongType)",
    8: "the value has the wrong length (wrongLength)",
    9: "the value is encoded wrongly (wrongEncoding)",
    10: "the value is not one the object can take (wrongValue)",
    11: "there is no such object and it cannot be made (noCreation)",
    12: "the value does not fit the others just now (inconsistentValue)",
    13: "it has no resources left for this (resourceUnavailable)",
    14: "it could not carry it out; nothing changed (commitFailed)",
    15: "it could not carry it out nor undo it: look what stands there now (undoFailed)",
    16: "this credential may not do it (authorizationError)",
    17: "the object cannot be written (notWritable)",
    18: "there is no such row, and it cannot be made just now (inconsistentName)",
}
"""RFC 3416 §3 and §4.2.5."""

_NOT_FOUND = {2, 11, 18}
_VALUE, _TYPE = {3, 8, 10}, {7, 9}
_CONFLICT = {12}


def refusal(status: int, *, what: str, peer: str) -> NocError:
    """The error to raise for a PDU's error status."""
    if status not in _WORDS:
        return Unreachable(f"{peer} answered error {status}", peer=peer, reason="malformed")
    text = f"{peer} refused {what}: {_WORDS[status]}"
    if status in _NOT_FOUND:
        return NotFound(text)
    if status in _VALUE | _TYPE:
        return Invalid(text, field="type" if status in _TYPE else "value")
    return Conflict(text) if status in _CONFLICT else Refused(text)
