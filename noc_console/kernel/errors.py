"""What can go wrong, sorted by whose move it is next.

    NocError
    ├── Refused        our rules said no: the operator changes the request
    │   ├── Invalid
    │   ├── NotAllowed
    │   ├── NotFound
    │   └── Conflict
    ├── Unreachable    the network said no: the same request may work later
    │   └── AuthRejected
    └── Broken         our own data or setup is wrong: someone must repair it

Anything else that escapes is a bug and reaches the crash report with its traceback.
"""

from __future__ import annotations


class NocError(Exception):
    """An error we raise on purpose; its text is fit to show to an operator."""


class Refused(NocError):
    """The request breaks a rule; nothing was changed."""


class Invalid(Refused):
    """A value is not acceptable; `field` names the input to point at."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotAllowed(Refused):
    """The actor lacks the permission."""


class NotFound(Refused):
    """There is no such thing, or not in this tenant."""


class Conflict(Refused):
    """The thing moved on since it was read."""


class Unreachable(NocError):
    """A peer did not answer, or hung up; `peer` says which one.

    `reason` is a class to count by: "timeout", "refused", "malformed", "closed" …
    """

    def __init__(self, message: str, *, peer: str, reason: str = "unreachable") -> None:
        super().__init__(message)
        self.peer = peer
        self.reason = reason


class AuthRejected(Unreachable):
    """The peer answered and did not accept the credentials."""

    def __init__(self, message: str, *, peer: str, reason: str = "auth") -> None:
        super().__init__(message, peer=peer, reason=reason)


class Broken(NocError):
    """Stored data or configuration contradicts itself."""
