from datetime import timedelta
from functools import partial

import numpy as np

from noc_console.db.samples import INTERFACE, upkeep
from noc_console.db.samples.kinds import KINDS
from noc_console.db.samples.port import Past
from noc_console.db.samples.retention import Resolution
from noc_console.db.samples.sqlite import SqliteSession
from noc_console.db.samples.tables import Tables
from noc_console.db.samples.threads import Threads
from noc_console.db.samples.values import Ask
from tests.db.samples.conftest import HOUR_MS, START, START_MS, steady

HOUR = timedelta(hours=1)


async def test_the_past_lies_in_tables_from_append_to_prune(tmp_path):
    threads = Threads(lambda: SqliteSession(tmp_path / "noc.samples.db"))
    try:
        kinds = await threads.write(partial(upkeep.set_up, kinds=KINDS))
        past: Past = Tables(threads, kinds)
        await past.append(steady())
        hour = Ask(
            INTERFACE, (11, 12), START_MS, START_MS + HOUR_MS, ("in_octets",), Resolution.RAW
        )
        before = await past.series(hour)
        assert (await past.compact(START + 2 * HOUR)).polls == 60
        after = await past.series(hour)
        for found in (before, after):
            assert np.nanmax(found[11].values["in_octets"]) == 100
            assert len(found[12].times_ms) == 0
        assert (await past.stats()).blocks == 1
        assert (await past.prune(START + timedelta(days=1_000))).blocks == 1
    finally:
        await threads.close()
