"""What one can do with graphs, in the order of the menu."""

from __future__ import annotations

COMMANDS = (
    ("copy-link", "Copy link to graph and time", "link", "Ctrl+Shift+C"),
    ("copy-picture", "Copy as picture", "copy", "Ctrl+Shift+I"),
    ("copy-csv", "Copy values as CSV", "copy", ""),
    ("export", "Export PNG, SVG, PDF, CSV…", "export", "Ctrl+E"),
    ("split", "A graph for every object", "row", "Ctrl+Shift+S"),
    ("merge", "One graph per unit", "column", "Ctrl+Shift+J"),
    ("set-ends", "Ends of the value axis…", "settings", ""),
    ("zoom-out", "Back to the span before", "back", "Backspace"),
    ("live", "Follow the time again", "play", "Ctrl+L"),
    ("remove-curves", "Take the chosen curves away", "minus", "Del"),
    ("save", "Save these graphs…", "save", "Ctrl+S"),
    ("share", "Share or take back the saved graph", "user", ""),
    ("remove-saved", "Remove the saved graph…", "trash", ""),
)
"""Name, text, icon and shortcut; the page has a method for each."""
MENU = (
    ("copy-link", "copy-picture", "copy-csv", "export"),
    ("split", "merge", "set-ends"),
    ("zoom-out", "live", "remove-curves"),
    ("save", "share", "remove-saved"),
)
"""Groups of the menu, lines between."""
