"""The words of the page: dimensions, spans, where a look leads to next."""

from __future__ import annotations

from noc_console.services.flows.model import Dimension

TITLES = {
    Dimension.APPLICATION: "Applications",
    Dimension.SOURCE: "Sources",
    Dimension.DESTINATION: "Destinations",
    Dimension.CONVERSATION: "Conversations",
    Dimension.IN_INTERFACE: "Interfaces in",
    Dimension.OUT_INTERFACE: "Interfaces out",
    Dimension.CUSTOMER: "Customers",
    Dimension.SOURCE_PREFIX: "Source prefixes",
    Dimension.DESTINATION_PREFIX: "Destination prefixes",
    Dimension.SOURCE_AS: "Source AS",
    Dimension.DESTINATION_AS: "Destination AS",
    Dimension.PROTOCOL: "Protocols",
    Dimension.DSCP: "DSCP classes",
    Dimension.EXPORTER: "Exporters",
}
"""In the order they are offered."""

SPANS = (
    ("1 h", 60),
    ("6 h", 360),
    ("24 h", 1_440),
    ("7 d", 10_080),
    ("30 d", 43_200),
)
"""Minutes."""

_NEXT = {
    Dimension.EXPORTER: Dimension.IN_INTERFACE,
    Dimension.IN_INTERFACE: Dimension.APPLICATION,
    Dimension.OUT_INTERFACE: Dimension.APPLICATION,
    Dimension.APPLICATION: Dimension.SOURCE,
    Dimension.PROTOCOL: Dimension.APPLICATION,
    Dimension.DSCP: Dimension.APPLICATION,
    Dimension.SOURCE: Dimension.DESTINATION,
    Dimension.DESTINATION: Dimension.SOURCE,
    Dimension.CONVERSATION: Dimension.APPLICATION,
    Dimension.SOURCE_PREFIX: Dimension.SOURCE,
    Dimension.DESTINATION_PREFIX: Dimension.DESTINATION,
    Dimension.SOURCE_AS: Dimension.DESTINATION_PREFIX,
    Dimension.DESTINATION_AS: Dimension.SOURCE_PREFIX,
    Dimension.CUSTOMER: Dimension.APPLICATION,
}
_OTHERWISE = (
    Dimension.APPLICATION,
    Dimension.SOURCE,
    Dimension.DESTINATION,
    Dimension.IN_INTERFACE,
    Dimension.CONVERSATION,
)


def next_dimension(by: Dimension, where: tuple[str, ...]) -> Dimension:
    """What one asks next of a talker: the first dimension that is not settled by a filter."""
    settled = {text.partition(":")[0] for text in where}
    if settled & {"source", "destination"} == {"source", "destination"}:
        settled.add(Dimension.CONVERSATION.value)
    for dimension in (_NEXT[by], *_OTHERWISE):
        if dimension.value not in settled and dimension is not by:
            return dimension
    return Dimension.CONVERSATION
