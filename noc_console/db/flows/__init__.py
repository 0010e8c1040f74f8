"""Where flows are kept once they are summed up: append-only, apart from the journal."""

from noc_console.db.flows.blocks import Columns, pack, unpack
from noc_console.db.flows.layout import SPANS, Block, ExporterWord, Place, word_id
from noc_console.db.flows.store import FlowStore, flows_file, open_flows

__all__ = [
    "SPANS",
    "Block",
    "Columns",
    "ExporterWord",
    "FlowStore",
    "Place",
    "flows_file",
    "open_flows",
    "pack",
    "unpack",
    "word_id",
]
