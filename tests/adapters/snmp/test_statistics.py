from dataclasses import fields

from noc_console.adapters.snmp import open_reader
from noc_console.adapters.snmp.statistics import Statistics
from tests.lab.rude_agent import interface_table, rude_agent


def test_everything_begins_at_zero():
    assert not any(getattr(Statistics(), each.name) for each in fields(Statistics))


async def test_a_quiet_talk_counts_only_what_was_sent_and_received():
    async with rude_agent(interface_table(3)) as agent, open_reader(bind="127.0.0.1") as reader:
        await reader.walk(agent.target(), "1.3.6.1.2.1.2.2.1.10")
        assert reader.statistics == Statistics(sent=1, received=1)
