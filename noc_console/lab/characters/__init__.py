"""One file per vendor: ports, texts, private tables, words of the command line."""
