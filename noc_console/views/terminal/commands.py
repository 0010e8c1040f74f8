"""What one can do in a terminal, by keys that no device needs: Ctrl+Shift and something."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deed:
    """A command of the terminals in a tab or in a window of its own; `act` is its method there."""

    act: str
    text: str
    icon: str
    keys: str = ""


DEEDS = (
    Deed("copy", "Copy", "copy", "Ctrl+Shift+C"),
    Deed("copy_html", "Copy with colours", "copy"),
    Deed("paste", "Paste", "note", "Ctrl+Shift+V"),
    Deed("select_all", "Select everything", "rectangle", "Ctrl+Shift+A"),
    Deed("open_find", "Find in the terminal", "search", "Ctrl+Shift+F"),
    Deed("split_beside", "Split to the right", "columns", "Ctrl+Shift+E"),
    Deed("split_below", "Split below", "row", "Ctrl+Shift+O"),
    Deed("go_left", "Pane to the left", "left", "Ctrl+Shift+Left"),
    Deed("go_right", "Pane to the right", "right", "Ctrl+Shift+Right"),
    Deed("go_up", "Pane above", "up", "Ctrl+Shift+Up"),
    Deed("go_down", "Pane below", "down", "Ctrl+Shift+Down"),
    Deed("close_pane", "Close this terminal", "close", "Ctrl+Shift+W"),
    Deed("duplicate", "The same once more, beside", "plus", "Ctrl+Shift+D"),
    Deed("reconnect", "Connect again", "refresh", "Ctrl+Shift+G"),
    Deed("larger", "Larger text", "plus", "Ctrl+Shift++"),
    Deed("smaller", "Smaller text", "minus", "Ctrl+Shift+_ Ctrl+Shift+-"),
    Deed("usual_size", "Usual text size", "fit", "Ctrl+Shift+) Ctrl+Shift+0"),
    Deed("clear_scrollback", "Forget what scrolled away", "clear", "Ctrl+Shift+K"),
    Deed("reset", "Reset the terminal", "refresh"),
    Deed("interrupt", "Send a break", "pause"),
)
TAB_DEEDS = (
    Deed("new_tab", "New terminal", "plus", "Ctrl+Shift+T"),
    Deed("new_shell", "New terminal: local shell", "terminal"),
    Deed("close_tab", "Close this tab", "close", "Ctrl+Shift+Q"),
    Deed("detach", "Into a window of its own", "external", "Ctrl+Shift+N"),
    Deed("rename", "Rename the tab…", "edit", "Ctrl+Shift+I"),
    Deed("next_tab", "Next tab", "right", "Ctrl+Shift+PgDown"),
    Deed("previous_tab", "Previous tab", "left", "Ctrl+Shift+PgUp"),
    Deed("tab_later", "Move the tab to the right", "right"),
    Deed("tab_earlier", "Move the tab to the left", "left"),
    Deed("choose_look", "How terminals look…", "theme"),
    Deed("leave", "Leave the terminal", "up", "Ctrl+Shift+Esc"),
)
