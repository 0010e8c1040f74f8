"""Who is on call, and who is woken when nobody answers."""
