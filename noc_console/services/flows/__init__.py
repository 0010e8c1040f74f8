"""Flows: who talks to whom, over which interface, for which customer, and how much."""
