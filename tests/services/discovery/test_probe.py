"""Which credential opens a device, against a real snmpd."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from noc_console.adapters.snmp import FastReader
from noc_console.kernel.errors import AuthRejected, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import (
    Credential,
    CredentialId,
    CredentialKind,
    SnmpCredential,
)
from noc_console.services.discovery.probe import Key, Probe, in_order, worst
from noc_console.services.inspection.collectors import system
from tests.lab.snmpd import Agent, free_udp_port, snmpd


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    with snmpd(tmp_path_factory.mktemp("snmpd")) as running:
        yield running


def community(number: int, text: str, kind: CredentialKind = CredentialKind.SNMP_V2C) -> Key:
    known = Credential(CredentialId(number), text, kind, number)
    return known, SnmpCredential(kind, community=Secret(text))


def user(agent: Agent, number: int, auth: str, priv: str, *, wrong: bool = False) -> Key:
    credential = agent.target_v3(auth, priv).credential
    if wrong:
        credential = SnmpCredential(
            CredentialKind.SNMP_V3,
            user=credential.user,
            auth_protocol=auth,
            auth_secret=Secret("not the pass phrase"),
            priv_protocol=priv,
            priv_secret=credential.priv_secret,
        )
    return Credential(CredentialId(number), "v3", CredentialKind.SNMP_V3, number), credential


async def test_the_one_that_opens_is_found_among_others(reader: FastReader, agent: Agent) -> None:
    keys = [community(1, "wrong"), community(2, "public"), community(3, "other")]
    opened = await Probe(reader, keys).open(agent.address, agent.port)
    assert opened.credential.id == 2
    assert opened.first_words[system.NAME] == b"lab-snmpd"


async def test_a_user_of_v3_opens_too(reader: FastReader, agent: Agent) -> None:
    keys = [community(1, "wrong"), user(agent, 2, "SHA256", "AES128")]
    opened = await Probe(reader, keys).open(agent.address, agent.port)
    assert opened.credential.kind is CredentialKind.SNMP_V3


async def test_a_wrong_pass_phrase_is_told_as_such_though_others_were_met_with_silence(
    reader: FastReader, agent: Agent
) -> None:
    keys = [community(1, "wrong"), user(agent, 2, "SHA256", "AES128", wrong=True)]
    with pytest.raises(AuthRejected):
        await Probe(reader, keys).open(agent.address, agent.port)


async def test_nobody_there_is_told_as_such(reader: FastReader) -> None:
    with pytest.raises(Unreachable) as failure:
        await Probe(reader, [community(1, "public")]).open("127.0.0.1", free_udp_port())
    assert failure.value.reason in {"timeout", "refused"}


async def test_silence_is_told_with_what_was_tried_and_without_a_community(
    reader: FastReader, agent: Agent
) -> None:
    known, login = community(1, "s3cret")
    keys = [(replace(known, name="v2c"), login)]
    with pytest.raises(Unreachable, match=r"takes none of v2c$") as failure:
        await Probe(reader, keys).open(agent.address, agent.port)
    assert failure.value.reason == "timeout"
    assert "s3cret" not in str(failure.value)


async def test_a_credential_that_fits_no_device_leaves_the_others_their_turn(
    reader: FastReader, agent: Agent
) -> None:
    endless = user(agent, 1, "SHA256", "AES128")
    endless = (endless[0], replace(endless[1], user="x" * 40))
    opened = await Probe(reader, [endless, community(2, "public")]).open(agent.address, agent.port)
    assert opened.credential.id == 2
    with pytest.raises(Unreachable, match="32 octets"):
        await Probe(reader, [endless]).open(agent.address, agent.port)


async def test_without_credentials_nothing_opens(reader: FastReader) -> None:
    with pytest.raises(Unreachable):
        await Probe(reader, []).open("127.0.0.1", 9)


def test_v2c_comes_first_then_v3_and_v1_last_also_with_the_communities_of_v2c(
    agent: Agent,
) -> None:
    keys = [
        community(1, "old", CredentialKind.SNMP_V1),
        user(agent, 2, "SHA256", "AES128"),
        community(3, "public"),
        community(4, "old"),
    ]
    kinds = [(known.kind.value, int(known.id)) for known, _ in in_order(keys)]
    assert kinds == [("v2c", 3), ("v2c", 4), ("v3", 2), ("v1", 1), ("v1", 0)]


def test_of_several_failures_the_one_that_tells_most_is_told() -> None:
    silence = Unreachable("silence", peer="x", reason="timeout")
    junk = Unreachable("junk", peer="x", reason="malformed")
    no = AuthRejected("no", peer="x")
    assert worst([silence, junk], "x") is junk
    assert worst([silence, no, junk], "x") is no
    assert worst([], "x").reason == "timeout"
