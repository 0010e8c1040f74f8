"""Rows of the inventory's tables become its values."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    DeviceType,
    Evidence,
    EvidenceKind,
    Found,
    Interface,
    InterfaceId,
    Link,
    LinkId,
    OperStatus,
    Reachability,
    Section,
    Sensor,
    SensorId,
    SensorKind,
    Site,
    SiteId,
)
from noc_console.wire.numbers import Decoding


def site_of(row: Row[Any]) -> Site:
    return Site(SiteId(row.id), row.name, row.latitude, row.longitude)


def tagged_device_of(row: Row[Any]) -> Device:
    """Of a row of `store.tagged_devices`."""
    return device_of(row, row.tags)


def device_of(row: Row[Any], tags: str | None = None) -> Device:
    """Of a row of the devices' table, which has no tags."""
    return Device(
        id=DeviceId(row.id),
        name=row.name,
        address=row.address,
        port=row.port,
        type=DeviceType(row.type),
        vendor=row.vendor,
        platform=row.platform,
        model=row.model,
        version=row.version,
        serial=row.serial,
        sys_object_id=row.sys_object_id,
        sys_descr=row.sys_descr,
        location=row.location,
        contact=row.contact,
        engine_id=row.engine_id,
        chassis_mac=row.chassis_mac,
        site_id=None if row.site_id is None else SiteId(row.site_id),
        credential_id=row.credential_id,
        reachability=Reachability(row.reachability),
        reachability_since=row.reachability_since,
        booted_at=row.booted_at,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        inspected_at=row.inspected_at,
        tags=tuple(sorted(tags.split())) if tags else (),
    )


def interface_of(row: Row[Any]) -> Interface:
    return Interface(
        id=InterfaceId(row.id),
        device_id=DeviceId(row.device_id),
        index=row.if_index,
        name=row.name,
        descr=row.descr,
        alias=row.alias,
        type=row.type,
        speed_bps=row.speed_bps,
        mtu=row.mtu,
        mac=row.mac,
        admin_up=row.admin_up,
        oper_status=OperStatus(row.oper_status),
        has_hc=row.has_hc,
        addresses=tuple(row.addresses),
        last_change=row.last_change,
        last_seen=row.last_seen,
        lag_index=row.lag_index,
    )


def sensor_of(row: Row[Any]) -> Sensor:
    return Sensor(
        id=SensorId(row.id),
        device_id=DeviceId(row.device_id),
        kind=SensorKind(row.kind),
        name=row.name,
        oid=row.oid,
        scale=row.scale,
        states=tuple((int(theirs), int(ours), str(word)) for theirs, ours, word in row.states),
        interface_id=_interface_id(row.interface_id),
        low=row.low,
        high=row.high,
        is_logarithmic=row.is_logarithmic,
        last_seen=row.last_seen,
        offset=row.offset,
        whole_oid=row.whole_oid,
        rest_oid=row.rest_oid,
        is_rest=row.is_rest,
        warn_low=row.warn_low,
        warn_high=row.warn_high,
        group=row.group,
        entity_index=row.entity_index,
        less=tuple((str(oid), float(factor)) for oid, factor in row.less),
        decoding=Decoding.of(row.decoding),
    )


def section_of(row: Row[Any]) -> Section:
    return Section(row.section, row.document, row.at)


def evidence_of(row: Row[Any]) -> Evidence:
    return Evidence(
        kind=EvidenceKind(row.kind),
        device_id=DeviceId(row.device_id),
        interface_id=_interface_id(row.interface_id),
        remote_device_id=_device_id(row.remote_device_id),
        remote_interface_id=_interface_id(row.remote_interface_id),
        remote_name=row.remote_name,
        remote_port=row.remote_port,
        remote_address=row.remote_address,
        remote_chassis=row.remote_chassis,
        raw=row.raw,
        seen_at=row.seen_at,
        id=row.id,
        remote_port_descr=row.remote_port_descr,
        is_endpoint=row.is_endpoint,
    )


def link_of(row: Row[Any]) -> Link:
    return Link(
        id=LinkId(row.id),
        a_device=DeviceId(row.a_device),
        a_interface=_interface_id(row.a_interface),
        b_device=DeviceId(row.b_device),
        b_interface=_interface_id(row.b_interface),
        score=row.score,
        kinds=tuple(EvidenceKind(kind) for kind in row.kinds),
        speed_bps=row.speed_bps,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
    )


def found_of(row: Row[Any]) -> Found:
    return Found(
        kind=row.kind,
        device_id=DeviceId(row.device_id),
        interface_id=_interface_id(row.interface_id),
        title=row.title,
        detail=row.detail,
    )


def _device_id(number: int | None) -> DeviceId | None:
    return None if number is None else DeviceId(number)


def _interface_id(number: int | None) -> InterfaceId | None:
    return None if number is None else InterfaceId(number)
