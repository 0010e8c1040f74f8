"""Says who is acting. Until people are kept, one local operator with every right stands in.

The stand-in is named as such everywhere it shows, in the journal too, so that what was
done before accounts existed stays recognisable.
"""

from __future__ import annotations

from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.kernel.operation import operation
from noc_console.services.identity.model import LOCAL_OPERATOR, LOCAL_TENANT, Who


class IdentityService:
    """The one place that makes actors."""

    def operator(self) -> Actor:
        """The person at this machine."""
        return Actor(LOCAL_OPERATOR, LOCAL_TENANT, frozenset({ALL_RIGHTS}))

    def program(self, name: str) -> Actor:
        """A worker of ours, e.g. `collector noc-1`."""
        return Actor(name, LOCAL_TENANT, frozenset({ALL_RIGHTS}))

    @operation("identity.who")
    async def who(self, actor: Actor) -> Who:
        """Tell who is acting, for which tenant and with which role."""
        role = "all rights" if ALL_RIGHTS in actor.rights else ", ".join(sorted(actor.rights))
        return Who(name=actor.name, tenant=actor.tenant, role=role)
