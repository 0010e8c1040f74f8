"""Who stands at the door asks the store, the vault and the person, in this order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import EventBus
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import CredentialKind
from noc_console.services.hostkeys.model import HostKey, KeyChanged
from noc_console.services.terminal.confided import Confided
from noc_console.services.terminal.connecting import LinkKind, Prompt, Target
from noc_console.services.terminal.keeping import Doorkeeper, subject_of
from noc_console.services.ways.model import Hop
from tests.adapters.ssh.authenticator import ED25519, UP, Credential
from tests.conftest import FakeClock
from tests.services.terminal.house import House, Person, house

TARGET = Target("ams-1", LinkKind.SSH, "10.0.0.1", 22, device_id=7, platform="iosxr", site="Ams")
KEY = HostKey("10.0.0.1", 22, "ssh-ed25519 AAAA", "SHA256:a")


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/noc.db"


@pytest.fixture
def home(db: Database, bus: EventBus, clock: FakeClock, tmp_path: Path) -> House:
    return house(db, bus, clock, tmp_path)


def keeper(
    home: House, operator: Actor, person: Person, confided: Confided | None = None
) -> Doorkeeper:
    async def never(_hop: Hop) -> bool:
        return False

    return Doorkeeper(
        operator,
        TARGET,
        person,
        hostkeys=home.hostkeys,
        credentials=home.credentials,
        is_legacy=never,
        confided=confided,
    )


async def test_logins_are_those_that_fit_the_device_and_its_jump_hosts(
    home: House, operator: Actor
) -> None:
    await home.credentials.add_ssh(operator, user="core", password="a", words=("iosxr",))
    await home.credentials.add_ssh(operator, user="jumper", password="b", names=("jump*",))
    door = keeper(home, operator, Person())
    assert [each.user for each in await door.logins(TARGET.hop)] == ["core"]
    assert [each.user for each in await door.logins(Hop("jump1"))] == ["jumper"]


async def test_a_security_key_is_among_them_for_somebody_sits_there(
    home: House, operator: Actor, tmp_path: Path
) -> None:
    file = Credential(ED25519, b"ssh:", UP).write(tmp_path / "sk")
    await home.credentials.add(
        operator, kind=CredentialKind.SSH_KEY, user="mira", secret=Secret(file.read_text())
    )
    [found] = await keeper(home, operator, Person()).logins(TARGET.hop)
    assert found.needs_touch


async def test_a_changed_key_of_the_device_is_its_alarm_and_that_of_a_jump_host_is_not(
    home: House, operator: Actor
) -> None:
    door = keeper(home, operator, Person())
    assert await door.admit(KEY) and await door.pinned(TARGET.hop) == (KEY,)
    jump = replace(KEY, host="jump1")
    assert await door.admit(jump)
    for shown in (KEY, jump):
        with pytest.raises(KeyChanged):
            await door.admit(replace(shown, key="ssh-ed25519 BBBB", fingerprint="SHA256:b"))
    alarms = await home.alarms.active(operator)
    assert sorted(alarm.about.device_id for alarm in alarms) == [0, 7]


async def test_answers_come_from_the_person_and_nothing_is_old_by_itself(
    home: House, operator: Actor
) -> None:
    door = keeper(home, operator, Person(answer=lambda _: ["1234"]))
    answers = await door.answers("x", "", (Prompt("Code", is_secret=True),))
    assert answers is not None and answers[0].reveal() == "1234"
    assert not await door.may_be_old(TARGET.hop)
    door.told("…")


async def test_what_opens_the_device_is_remembered_for_those_who_record(
    home: House, operator: Actor
) -> None:
    await home.credentials.add_ssh(operator, user="core", password="hunter2")
    await home.credentials.add(operator, kind=CredentialKind.ENABLE, secret=Secret("hunter3"))
    confided = Confided()
    door = keeper(home, operator, Person(answer=lambda _: ["mira", "123456"]), confided)
    await door.logins(TARGET.hop)
    prompts = (Prompt("User", is_secret=False), Prompt("Code", is_secret=True))
    await door.answers("x", "", prompts)
    assert sorted(each.reveal() for each in confided) == ["123456", "hunter2", "hunter3"]


def test_the_vault_sees_all_that_is_known_of_a_device() -> None:
    subject = subject_of(replace(TARGET, tags=frozenset({"b", "a"})))
    assert (subject.name, subject.address, subject.site) == ("ams-1", "10.0.0.1", "Ams")
    assert subject.tags == ("a", "b")
