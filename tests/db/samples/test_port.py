import inspect

import pytest

from noc_console.db.samples.fleet import Fleet
from noc_console.db.samples.port import Past
from noc_console.db.samples.tables import Tables


@pytest.mark.parametrize("engine", [Tables, Fleet])
def test_every_engine_offers_the_whole_port(engine):
    promised = {name: one for name, one in vars(Past).items() if inspect.iscoroutinefunction(one)}
    assert len(promised) == 8
    for name, method in promised.items():
        offered = getattr(engine, name)
        assert inspect.iscoroutinefunction(offered)
        assert list(inspect.signature(offered).parameters) == list(
            inspect.signature(method).parameters
        )
