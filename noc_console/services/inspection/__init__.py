"""What one inspection of a device reads: one module per table, pure, and one that asks."""
