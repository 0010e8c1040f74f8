"""Hostile input by the thousand, the same thousands every time."""
