"""Flows: who moves what, drawn over time and listed; exporters; prefixes with names."""
