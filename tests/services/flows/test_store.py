from noc_console.services.flows import store
from noc_console.services.flows.model import FlowPrefixesChanged, PrefixLine, PrefixRole


async def test_an_import_touches_only_what_differs(db, operator):
    lines = [
        PrefixLine("10.0.0.0/8", "Ours", PrefixRole.OWN, ""),
        PrefixLine("::/0", "All", PrefixRole.OTHER, ""),
    ]
    async with db.begin(operator) as tx:
        assert await store.put(tx, lines) == (2, 0)
        tx.record(FlowPrefixesChanged(count=2, what="imported"))
    async with db.begin(operator) as tx:
        assert await store.put(tx, lines) == (0, 0)
        assert not tx.wrote, "an import of what is there needs no reason"
    async with db.read(operator) as tx:
        assert [one.name for one in await store.all_prefixes(tx)] == ["All", "Ours"]
