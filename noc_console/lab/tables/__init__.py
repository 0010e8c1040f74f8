"""The standard MIB tables, one file per subject; each fills a `Builder` from the world."""
