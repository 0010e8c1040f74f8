"""Which of two ports is the service, and what it is called.

Nobody exports the name of an application. The port that is registered or lower is taken for the
service's, as every flow tool does; what runs on it in truth may be another thing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

PROTOCOLS = {
    1: "icmp",
    2: "igmp",
    4: "ipip",
    6: "tcp",
    17: "udp",
    41: "6in4",
    46: "rsvp",
    47: "gre",
    50: "esp",
    51: "ah",
    58: "icmpv6",
    88: "eigrp",
    89: "ospf",
    103: "pim",
    112: "vrrp",
    115: "l2tp",
    132: "sctp",
    136: "udplite",
    137: "mpls-in-ip",
}
"""IANA's protocol numbers, those met in networks."""

_BOTH = {
    **{7: "echo", 13: "daytime", 19: "chargen", 53: "dns", 88: "kerberos", 111: "sunrpc"},
    **{123: "ntp", 135: "msrpc", 137: "netbios-ns", 138: "netbios-dgm", 139: "netbios"},
    **{161: "snmp", 162: "snmp-trap", 179: "bgp", 389: "ldap", 445: "smb", 464: "kpasswd"},
    **{500: "isakmp", 514: "syslog", 520: "rip", 546: "dhcpv6", 547: "dhcpv6", 554: "rtsp"},
    **{636: "ldaps", 646: "ldp", 853: "dns-over-tls", 1194: "openvpn", 1433: "mssql"},
    **{1701: "l2tp", 1723: "pptp", 1812: "radius", 1813: "radius-acct", 2049: "nfs"},
    **{3074: "xbox-live", 3306: "mysql", 3389: "rdp", 3478: "stun", 3784: "bfd"},
    **{4500: "ipsec-nat-t", 4739: "ipfix", 5060: "sip", 5061: "sips", 5222: "xmpp"},
    **{5349: "stuns", 5353: "mdns", 5432: "postgresql", 5900: "vnc", 6379: "redis"},
    **{6881: "bittorrent", 8080: "http-alt", 8443: "https-alt", 8728: "mikrotik-api"},
    **{9100: "printer", 25565: "minecraft", 27015: "steam", 51413: "bittorrent"},
}
_TCP = {
    **{20: "ftp-data", 21: "ftp", 22: "ssh", 23: "telnet", 25: "smtp", 43: "whois"},
    **{49: "tacacs", 79: "finger", 80: "http", 110: "pop3", 113: "ident", 119: "nntp"},
    **{143: "imap", 443: "https", 465: "smtps", 513: "rlogin", 587: "submission"},
    **{830: "netconf", 873: "rsync", 989: "ftps-data", 990: "ftps", 993: "imaps"},
    **{995: "pop3s", 1883: "mqtt", 1935: "rtmp", 6667: "irc", 7547: "cwmp", 8291: "winbox"},
    **{8883: "mqtts", 9000: "http-alt", 9200: "elasticsearch", 11211: "memcached"},
}
_UDP = {
    **{67: "dhcp", 68: "dhcp", 69: "tftp", 80: "quic-http", 443: "quic", 1900: "ssdp"},
    **{2055: "netflow", 2123: "gtp-c", 2152: "gtp-u", 4789: "vxlan", 6343: "sflow"},
    **{8801: "zoom", 11211: "memcached", 19302: "google-meet", 51820: "wireguard"},
}
_NAMES = {6: _BOTH | _TCP, 17: _BOTH | _UDP}
WITH_PORTS = (6, 17, 33, 132, 136)
EPHEMERAL = 32_768
"""Ports from here on are given to clients (Linux; IANA says 49152)."""

_KNOWN = np.zeros(65_536, np.bool_)
_KNOWN[[port for names in _NAMES.values() for port in names]] = True


def service_ports(
    protocol: NDArray[Any], sport: NDArray[Any], dport: NDArray[Any]
) -> NDArray[np.uint16]:
    """The port that stands for the service; 0 when neither does, or the protocol has none.

    Two clients that talk to each other on ports of the moment are one application without a
    port: otherwise every call and every torrent would be a row of its own.
    """
    low, high = np.minimum(sport, dport), np.maximum(sport, dport)
    prefers_high = (low == 0) | (~_KNOWN[low] & _KNOWN[high] & (low >= 1_024))
    found = np.where(prefers_high, high, low)
    nobody = ~_KNOWN[found] & (found >= EPHEMERAL)
    without = ~np.isin(protocol, WITH_PORTS)
    return np.where(nobody | without, 0, found).astype(np.uint16)


def protocol_name(number: int) -> str:
    """`tcp`; the number where nobody knows a name."""
    return PROTOCOLS.get(number, f"protocol {number}")


def application_name(protocol: int, port: int) -> str:
    """`https`, `tcp/8472`, `ospf`, `tcp, other ports`."""
    if protocol not in WITH_PORTS:
        return protocol_name(protocol)
    if port == 0:
        return f"{protocol_name(protocol)}, other ports"
    return _NAMES.get(protocol, {}).get(port, f"{protocol_name(protocol)}/{port}")


def protocol_number(text: str) -> int | None:
    """From a name or a number; None when it is neither."""
    word = text.strip().lower().removeprefix("protocol ")
    if word.isascii() and word.isdigit() and len(word) <= 3:
        return int(word) if int(word) < 256 else None
    return next((number for number, name in PROTOCOLS.items() if name == word), None)


def application_numbers(text: str) -> list[tuple[int, int]]:
    """Protocol and port of `tcp/443`, `https`, or of `ospf` (port 0); empty when unknown."""
    word = text.strip().lower()
    name, slash, port = word.partition("/")
    protocol = protocol_number(name)
    if slash:
        good = port.isascii() and port.isdigit() and len(port) <= 5 and int(port) < 65_536
        return [(protocol, int(port))] if protocol is not None and good else []
    if word.endswith(", other ports"):
        protocol = protocol_number(word.removesuffix(", other ports"))
    if protocol is not None:
        return [(protocol, 0)]
    return [
        (protocol, port)
        for protocol, names in _NAMES.items()
        for port, called in names.items()
        if called == word
    ]


DSCP = {
    0: "best effort",
    **{8 * n: f"CS{n}" for n in range(1, 8)},
    **{8 * c + 2 * d: f"AF{c}{d}" for c in range(1, 5) for d in range(1, 4)},
    **{44: "VA", 46: "EF", 1: "LE"},
}
"""RFC 2474, 2597, 3246, 5865, 8622."""


def dscp_name(number: int) -> str:
    """`EF`; the number where it has no name."""
    return DSCP.get(number, f"DSCP {number}")
