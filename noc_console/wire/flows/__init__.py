"""Flow export protocols: NetFlow v5 and v9, IPFIX, sFlow v5. Datagrams in, columns out."""
