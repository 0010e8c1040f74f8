"""Puts together what jobs are done with."""

from __future__ import annotations

from contextlib import AsyncExitStack

from noc_console.adapters.jobs.ansible import AnsiblePlaybooks
from noc_console.adapters.jobs.awx import AwxClient
from noc_console.adapters.jobs.parsing import TemplateParser
from noc_console.adapters.jobs.scripts import OwnScripts
from noc_console.adapters.jobs.shell import JobShells
from noc_console.adapters.ssh.jumps import Jumps
from noc_console.db.database import Database
from noc_console.kernel.clock import Clock
from noc_console.services.credentials.service import CredentialService
from noc_console.services.identity.service import IdentityService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.jobs.book import RunBook
from noc_console.services.jobs.doing import Means
from noc_console.services.jobs.service import Drivers, JobService
from noc_console.services.maintenance.resolving import Resolver
from noc_console.services.maps.areas import AreaService
from noc_console.services.ways.service import WayService


def make_jumps(ways: WayService) -> Jumps:
    """What programs connect by; the old SSH people allowed at their terminals holds for them."""
    actor = IdentityService().program("ssh")

    async def may_be_old(host: str, port: int) -> bool:
        return await ways.may_be_old(actor, host=host, port=port)

    return Jumps(may_be_old)


def make_means(
    db: Database,
    stack: AsyncExitStack,
    *,
    clock: Clock,
    inventory: InventoryService,
    areas: AreaService,
    credentials: CredentialService,
    ways: WayService,
    drivers: Drivers,
    ssh_port: int,
    jumps: Jumps,
) -> Means:
    """The jobs' service among them; the child that parses ends with the stack."""
    parser, awx = TemplateParser(), AwxClient()
    stack.push_async_callback(parser.close)
    return Means(
        jobs=JobService(
            db,
            clock=clock,
            inventory=inventory,
            resolver=Resolver(inventory, areas),
            drivers=drivers,
            parser=parser,
            awx=awx,
            credentials=credentials,
        ),
        book=RunBook(db, clock=clock),
        inventory=inventory,
        credentials=credentials,
        ways=ways,
        drivers=drivers,
        shells=JobShells(jumps),
        parser=parser,
        playbooks=AnsiblePlaybooks(jumps),
        awx=awx,
        scripts=OwnScripts(jumps),
        ssh_port=ssh_port,
    )
