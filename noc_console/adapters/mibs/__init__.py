"""MIB modules: compiled by pysmi in a process of its own, kept as facts, indexed in SQLite."""

from noc_console.adapters.mibs.compiler import PysmiCompiler
from noc_console.adapters.mibs.index import SqliteMibIndex
from noc_console.adapters.mibs.shelf import Shelf

__all__ = ["PysmiCompiler", "Shelf", "SqliteMibIndex"]
