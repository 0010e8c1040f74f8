"""Graphs somebody keeps, and what happened beside their curves."""
