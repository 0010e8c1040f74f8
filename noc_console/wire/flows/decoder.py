"""Any flow datagram to columns: by its version word, with the templates learnt before.

The same eight octets may begin NetFlow or sFlow: v5 of NetFlow has its version in the first two
octets, sFlow in the first four.
"""

from __future__ import annotations

import struct

from noc_console.wire.ber import Malformed
from noc_console.wire.flows import netflow5, sflow, templated
from noc_console.wire.flows.records import Heard
from noc_console.wire.flows.templates import Templates


class FlowDecoder:
    """Decodes datagrams of many exporters; keeps what they said of their templates."""

    def __init__(self) -> None:
        self.templates = Templates()

    def decode(self, data: bytes, exporter: str, now: float) -> Heard:
        """One datagram from `exporter` at `now` (monotonic seconds). Raises Malformed only."""
        if len(data) < 4:
            raise Malformed("shorter than any flow datagram")
        version = data[0] << 8 | data[1]
        try:
            if version == templated.V9:
                return templated.decode_v9(data, exporter, self.templates, now)
            if version == templated.IPFIX:
                return templated.decode_ipfix(data, exporter, self.templates, now)
            if version == netflow5.VERSION:
                return netflow5.decode(data)
            if version == 0 and data[2] == 0 and data[3] == sflow.VERSION:
                return sflow.decode(data)
        except struct.error as error:
            raise Malformed("a flow datagram ends early") from error
        raise Malformed(f"flow version {version} is none of 5, 9, 10 and sFlow 5")
