"""Terminals on screen: sessions in tabs and splits, painted by our own widget."""
