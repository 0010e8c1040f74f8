"""Log lines and notifications: append-only, compressed, found by their words within moments.

`open_lines(url, clock=…)` gives `Lines`. New lines stand in a table of rows, the head. Every
65,536 of them become a chunk: texts compressed in parts, and for each word the numbers of the
lines that have it. A search looks through chunks from the newest back, one set operation a word;
so its time depends neither on a planner nor on how common a word is.
"""

from noc_console.db.lines.store import Lines, lines_file, open_lines
from noc_console.db.lines.values import NOBODY, Found, Keeping, Line, Search

__all__ = ["NOBODY", "Found", "Keeping", "Line", "Lines", "Search", "lines_file", "open_lines"]
