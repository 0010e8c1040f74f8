"""SNMP as we ask it: `open_reader` gives the fast reader."""

from noc_console.adapters.snmp.polled import Polled
from noc_console.adapters.snmp.reader import FastReader, open_reader
from noc_console.adapters.snmp.statistics import Statistics

__all__ = ["FastReader", "Polled", "Statistics", "open_reader"]
