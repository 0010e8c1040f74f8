"""From rows of the vault and credentials to what people see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from noc_console.services.credentials.matching import fits, why
from noc_console.services.credentials.model import Credential, CredentialKind, Subject
from noc_console.services.inventory.model import Device, Site
from noc_console.services.inventory.subjects import subject_of
from noc_console.services.secrets.model import Kept
from noc_console.services.vault.model import Entry, UsedOn

KINDS = {
    CredentialKind.SNMP_V1: "SNMP v1",
    CredentialKind.SNMP_V2C: "SNMP v2c",
    CredentialKind.SNMP_V3: "SNMP v3",
    CredentialKind.SSH: "Password",
    CredentialKind.SSH_KEY: "SSH key",
    CredentialKind.ENABLE: "Enable",
    CredentialKind.TOKEN: "Token",
    CredentialKind.TACACS: "TACACS+",
}
_OTHERS = {"notify": "Channel", "probe": "Probe", "key": "Key for contents"}


def entries(
    known: Sequence[Credential],
    kept: Sequence[Kept],
    counts: Mapping[int, int],
    names: Mapping[str, str],
    *,
    generation: int,
) -> tuple[Entry, ...]:
    """Credentials in the order they are tried, then everything else by name."""
    by_name = {str(each.name): each for each in kept}
    shown = [
        replace(_of_credential(one, by_name, counts, generation), tried=place)
        for place, one in enumerate(known, 1)
    ]
    taken = {ref for entry in shown for ref in entry.refs}
    rest: dict[str, list[Kept]] = {}
    for name, each in by_name.items():
        if name not in taken:
            rest.setdefault("/".join(name.split("/")[:2]), []).append(each)
    others = [_other(owner, some, names, generation) for owner, some in sorted(rest.items())]
    return (*shown, *others)


def subjects(devices: Iterable[Device], sites: Iterable[Site]) -> list[tuple[Device, Subject]]:
    """Devices as the choice of a credential sees them."""
    named = {int(site.id): site.name for site in sites}
    return [
        (device, subject_of(device, named.get(int(device.site_id or 0), ""))) for device in devices
    ]


def counted(
    known: Sequence[Credential], devices: Sequence[tuple[Device, Subject]]
) -> dict[int, int]:
    """How many devices each credential is for: those that answered to it, or that it matches."""
    answered = Counter(device.credential_id for device, _ in devices)
    found: dict[int, int] = {}
    for one in known:
        if one.kind.is_snmp:
            found[int(one.id)] = answered[int(one.id)]
        elif one.kind is not CredentialKind.TOKEN:
            found[int(one.id)] = sum(fits(one.match, subject) for _, subject in devices)
    return found


def used_on(
    known: Credential, devices: Sequence[tuple[Device, Subject]], *, with_others: bool = False
) -> tuple[UsedOn, ...]:
    """The devices it is for; with others all there are, those without a reason last."""
    found = []
    for device, subject in devices:
        if known.kind.is_snmp:
            reason = "answers to it" if device.credential_id == known.id else ""
        elif known.kind is not CredentialKind.TOKEN and fits(known.match, subject):
            reason = why(known.match, subject)
        else:
            reason = ""
        if reason or with_others:
            found.append(
                UsedOn(int(device.id), device.name, device.address, device.platform, reason)
            )
    return tuple(sorted(found, key=lambda row: not row.why))


def _of_credential(
    one: Credential, by_name: Mapping[str, Kept], counts: Mapping[int, int], generation: int
) -> Entry:
    refs = tuple(str(ref) for ref in (one.secret, one.priv_secret) if ref is not None)
    mine = [by_name[ref] for ref in refs if ref in by_name]
    return _entry(one.name, KINDS[one.kind], refs, mine, one, counts.get(int(one.id)), generation)


def _other(owner: str, some: Sequence[Kept], names: Mapping[str, str], generation: int) -> Entry:
    first, _, rest = owner.partition("/")
    kind = _OTHERS.get(first, "Other")
    name = names.get(owner) or rest or owner
    refs = tuple(str(each.name) for each in some)
    return _entry(name, kind, refs, some, None, None, generation)


def _entry(
    name: str,
    kind: str,
    refs: tuple[str, ...],
    kept: Sequence[Kept],
    credential: Credential | None,
    devices: int | None,
    generation: int,
) -> Entry:
    used = max(kept, key=_used_at, default=None)
    return Entry(
        name=name,
        kind=kind,
        refs=refs,
        credential=credential,
        devices=devices,
        changed_at=min((each.changed_at for each in kept), default=None),
        used_at=used.used_at if used else None,
        used_by=used.used_by if used else "",
        is_elsewhere=any(each.is_elsewhere for each in kept),
        is_behind=any(each.generation < generation and not each.is_elsewhere for each in kept),
    )


def _used_at(kept: Kept) -> float:
    at: datetime | None = kept.used_at
    return at.timestamp() if at else 0.0
