"""Rules on real versions: judged once, with evidence that tells no secret, waived till a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from noc_console.services.compliance.model import Gravity, Rule, RuleKind, Score, Verdict
from noc_console.services.compliance.service import ComplianceService, score_of
from noc_console.services.configs.backup import BackupService
from noc_console.services.inventory.model import Inspected, SeenInterface
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.services.configs.conftest import Meet
from tests.services.configs.test_backup import TEXT, told


async def ready(backups: BackupService, meet: Meet, actor: Actor, clock: FakeClock) -> int:
    number = await meet("r1", address="192.0.2.1", platform="ios")
    await backups.keep(actor, fetched=[told(number, clock)])
    return number


async def judged(compliance: ComplianceService, actor: Actor) -> int:
    return await compliance.judge(actor, versions=await compliance.stale(actor))


async def test_a_version_is_judged_once_and_again_when_it_or_a_rule_changes(
    compliance: ComplianceService,
    backups: BackupService,
    meet: Meet,
    operator: Actor,
    clock: FakeClock,
) -> None:
    number = await ready(backups, meet, operator, clock)
    rule = await compliance.save_rule(
        operator, name="NTP", kind=RuleKind.HAS, text="ntp server 10.0.0.1"
    )
    assert await judged(compliance, operator) == 1
    assert await compliance.stale(operator) == ()
    (finding,) = await compliance.findings(operator)
    assert finding.verdict is Verdict.FAIL and finding.evidence[0].text == rule.text
    began = clock.now()
    clock.tick(hours=1)
    await backups.keep(operator, fetched=[told(number, clock, TEXT + "x\n")])
    assert await judged(compliance, operator) == 1
    (finding,) = await compliance.findings(operator, device_id=number)
    assert finding.since == began and finding.at == clock.now()
    await compliance.save_rule(
        operator, rule_id=rule.id, name="NTP", kind=RuleKind.HAS, text="hostname r1"
    )
    assert await judged(compliance, operator) == 0
    (finding,) = await compliance.findings(operator)
    assert finding.verdict is Verdict.PASS and finding.since == clock.now()
    assert await compliance.findings(operator, broken_only=True) == ()
    assert [score for _, score in await compliance.report(operator)] == [Score(passed=1)]


async def test_evidence_tells_no_secret(
    compliance: ComplianceService,
    backups: BackupService,
    meet: Meet,
    operator: Actor,
    clock: FakeClock,
) -> None:
    await ready(backups, meet, operator, clock)
    for name, kind, text, block in (
        ("a", RuleKind.LACKS, "/^enable secret/", ""),
        ("b", RuleKind.BLOCK, "-/password/", "^router bgp"),
        ("c", RuleKind.HAS, "enable secret 9 $9$S3CR3T-wanted", ""),
    ):
        await compliance.save_rule(operator, name=name, kind=kind, text=text, block=block)
    await judged(compliance, operator)
    found = await compliance.findings(operator)
    assert len(found) == 3 and all(one.verdict is Verdict.FAIL for one in found)
    said = [each.text for one in found for each in one.evidence]
    assert all("S3CR3T" not in text and "••••••" in text for text in said), said
    assert "enable secret 9 ••••••" in said


async def test_a_rule_can_be_tried_before_it_is_saved(
    compliance: ComplianceService,
    backups: BackupService,
    meet: Meet,
    operator: Actor,
    clock: FakeClock,
) -> None:
    await ready(backups, meet, operator, clock)
    rule = Rule(0, "try", RuleKind.LACKS, "end", is_on=False)
    (one,) = await compliance.try_rule(operator, rule=rule)
    assert (one.device, one.verdict, one.evidence[0].line) == ("r1", Verdict.FAIL, 7)
    assert await compliance.rules(operator) == ()
    elsewhere = replace(rule, platforms=("junos",))
    assert await compliance.try_rule(operator, rule=elsewhere) == ()


async def test_what_is_put_up_with_ends_by_itself(
    compliance: ComplianceService,
    backups: BackupService,
    meet: Meet,
    operator: Actor,
    clock: FakeClock,
) -> None:
    number = await ready(backups, meet, operator, clock)
    rule = await compliance.save_rule(operator, name="r", kind=RuleKind.HAS, text="x")
    await judged(compliance, operator)
    soon = clock.now() + timedelta(days=7)
    waiver = await compliance.waive(
        operator, rule_id=rule.id, until=soon, reason="new router comes", device_id=number
    )
    (one,) = await compliance.findings(operator)
    assert (one.verdict, one.waived_until, one.waived_for) == (
        Verdict.WAIVED, soon, "new router comes",
    )  # fmt: skip
    assert await compliance.findings(operator, broken_only=True) == ()
    clock.tick(days=8)
    (one,) = await compliance.findings(operator)
    assert one.verdict is Verdict.FAIL
    await compliance.end_waiver(operator, waiver_id=waiver.id)
    assert await compliance.waivers(operator) == ()
    for until, reason, field in (
        (clock.now(), "long enough", "until"),
        (clock.now() + timedelta(days=500), "long enough", "until"),
        (clock.now() + timedelta(days=5), " x ", "reason"),
    ):
        with pytest.raises(Invalid) as refused:
            await compliance.waive(operator, rule_id=rule.id, until=until, reason=reason)
        assert refused.value.field == field
    with pytest.raises(NotFound):
        soon = clock.now() + timedelta(1)
        await compliance.waive(operator, rule_id=99, until=soon, reason="for it")
    with pytest.raises(NotFound, match="no device 999"):
        await compliance.waive(
            operator, rule_id=rule.id, until=soon, reason="for it", device_id=999
        )
    with pytest.raises(NotFound):
        await compliance.end_waiver(operator, waiver_id=99)


async def test_a_template_stands_beside_the_configuration(
    compliance: ComplianceService,
    backups: BackupService,
    meet: Meet,
    operator: Actor,
    clock: FakeClock,
) -> None:
    number = await ready(backups, meet, operator, clock)
    rule = await compliance.save_rule(
        operator,
        name="base",
        kind=RuleKind.TEMPLATE,
        text="hostname {{ device.name }}\nntp server {{ ntp }}\n",
        variables="ntp = 10.0.0.1",
        gravity=Gravity.CRITICAL,
    )
    shown = await compliance.expected(operator, rule_id=rule.id, device_id=number)
    assert shown.left == ("hostname r1", "ntp server 10.0.0.1", "")
    assert shown.left_name == "base for r1" and "canary" not in "\n".join(shown.right)
    with pytest.raises(NotFound):
        await compliance.expected(operator, rule_id=99, device_id=number)


async def test_a_template_knows_the_interfaces_of_the_device(
    compliance: ComplianceService,
    backups: BackupService,
    inventory: InventoryService,
    meet: Meet,
    operator: Actor,
    clock: FakeClock,
) -> None:
    number = await ready(backups, meet, operator, clock)
    seen = Inspected(
        address="192.0.2.1",
        port=161,
        at=clock.now(),
        name="r1",
        credential_id=1,
        platform="ios",
        interfaces=(
            SeenInterface(1, "Gi0/0", descr="GigabitEthernet0/0", alias="to r2"),
            SeenInterface(2, "Gi0/1", descr="GigabitEthernet0/1"),
        ),
    )
    assert int(await inventory.record(operator, inspected=seen)) == number
    rule = await compliance.save_rule(
        operator,
        name="descriptions",
        kind=RuleKind.TEMPLATE,
        text="{% for port in interfaces if port.alias %}interface {{ port.descr }}\n"
        " description {{ port.alias }}\n{% endfor %}",
    )
    shown = await compliance.expected(operator, rule_id=rule.id, device_id=number)
    assert shown.left[:2] == ("interface GigabitEthernet0/0", " description to r2")
    assert "GigabitEthernet0/1" not in "\n".join(shown.left)
    (tried,) = await compliance.try_rule(operator, rule=rule)
    assert "interface GigabitEthernet0/0" in [one.text for one in tried.evidence]
    await compliance.judge(operator, versions=await compliance.stale(operator))
    (found,) = await compliance.findings(operator)
    assert found.verdict is tried.verdict


async def test_a_template_knows_the_site_and_whom_a_port_leads_to_as_changes_do(
    compliance: ComplianceService,
    backups: BackupService,
    inventory: InventoryService,
    meet: Meet,
    operator: Actor,
    clock: FakeClock,
) -> None:
    number = await ready(backups, meet, operator, clock)
    seen = Inspected(
        address="192.0.2.1",
        port=161,
        at=clock.now(),
        name="r1",
        credential_id=1,
        platform="ios",
        location="Amsterdam, AMS1",
        interfaces=(SeenInterface(1, "Gi0/0", alias="Customer: ACME Ltd"),),
    )
    assert int(await inventory.record(operator, inspected=seen)) == number
    device = await inventory.device(operator, device_id=number)
    sites = {site.id: site.name for site in await inventory.sites(operator)}
    text = (
        "snmp-server location {{ site.name }}\n{% for port in interfaces if port.customer %}"
        "! {{ port.customer }}\n{% endfor %}"
    )
    rule = await compliance.save_rule(operator, name="site", kind=RuleKind.TEMPLATE, text=text)
    shown = await compliance.expected(operator, rule_id=rule.id, device_id=number)
    assert device.site_id is not None
    assert shown.left[:2] == (f"snmp-server location {sites[device.site_id]}", "! ACME Ltd")
    # A variable of a rule that was written before is not taken over.
    own = replace(rule, text="hostname {{ site }}", variables="site = r1")
    (tried,) = await compliance.try_rule(operator, rule=own)
    assert tried.verdict is Verdict.PASS


async def test_names_are_unique_and_what_is_gone_is_told_of_no_more(
    compliance: ComplianceService,
    backups: BackupService,
    meet: Meet,
    operator: Actor,
    clock: FakeClock,
) -> None:
    await ready(backups, meet, operator, clock)
    rule = await compliance.save_rule(operator, name="r", kind=RuleKind.HAS, text="x")
    with pytest.raises(Conflict):
        await compliance.save_rule(operator, name="r", kind=RuleKind.HAS, text="y")
    with pytest.raises(NotFound):
        await compliance.save_rule(operator, rule_id=9, name="s", kind=RuleKind.HAS, text="y")
    await judged(compliance, operator)
    await compliance.remove_rule(operator, rule_id=rule.id)
    assert await compliance.findings(operator) == ()
    with pytest.raises(NotFound):
        await compliance.remove_rule(operator, rule_id=rule.id)
    with pytest.raises(NotAllowed):
        await compliance.judge(Actor("x", "acme", frozenset({"compliance.see"})), versions=())


def test_a_score_counts_what_is_put_up_with_as_well() -> None:
    assert score_of(()) == Score() and Score().share is None
    assert Score(passed=2, failed=1, waived=1).share == 0.75
