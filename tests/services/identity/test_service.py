from __future__ import annotations

from noc_console.services.identity.service import IdentityService


async def test_one_local_operator_with_all_rights_stands_in_and_is_named_so() -> None:
    identity = IdentityService()
    operator = identity.operator()
    operator.require("anything")
    who = await identity.who(operator)
    assert (who.name, who.tenant, who.role) == ("local operator", "local", "all rights")


def test_programs_act_under_their_own_name() -> None:
    assert IdentityService().program("collector noc-1").name == "collector noc-1"
