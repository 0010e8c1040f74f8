"""Who is acting, for whom, and with which rights."""

from __future__ import annotations

from dataclasses import dataclass

from noc_console.kernel.errors import NotAllowed

ALL_RIGHTS = "*"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or a program acting inside one tenant."""

    name: str
    tenant: str
    rights: frozenset[str] = frozenset()

    def may(self, right: str) -> bool:
        return right in self.rights or ALL_RIGHTS in self.rights

    def require(self, right: str) -> None:
        """Stop here unless the actor holds `right`."""
        if not self.may(right):
            raise NotAllowed(f"{self.name} may not {right.replace('.', ' ')}")
