"""What a link knows of being kept."""

from noc_console.adapters.links.clerk import Clerk
from noc_console.adapters.links.hold import GOES_ON, Hold
from noc_console.adapters.links.holding import KeptLink, TerminalHolder
from tests.adapters.links.holders import holder_place, start_of


async def test_what_goes_on_was_neither_lost_nor_closed() -> None:
    assert GOES_ON.goes_on and not GOES_ON.is_lost and "console was closed" in GOES_ON.why


async def test_a_link_without_a_holder_to_go_to_is_not_let_go() -> None:
    with holder_place() as path:
        holder = TerminalHolder(path, start_of(path), hold_s=1)
        hold: Hold = KeptLink(holder, Clerk(path, start_of(path)), "k")
        holder.leave()
        assert not hold.is_leaving, "nobody is there who would have it"
        await holder.close()
