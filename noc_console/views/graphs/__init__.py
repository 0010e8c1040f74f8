"""Any measurement over time: the page one studies it on."""
