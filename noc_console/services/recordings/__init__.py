"""Recordings of devices: making them for others to look into."""
