"""Which keys a command may have: what stays as it is, and what a shell would miss."""

from __future__ import annotations

TERMINAL = "terminal."
"""Commands that begin so are kept from the device: where they work, it never gets their keys."""
WAY_OUT = "terminal.leave"
MOVES = frozenset(
    {"Esc", "Tab", "Shift+Tab", "Backtab", "Shift+Backtab", "Return", "Enter",
     "Up", "Down", "Left", "Right", "Backspace"}
)  # fmt: skip
"""Keys that mean the same wherever one is."""
STAYS = {"/": "Filter, in all tables", "Ctrl+C": "Copy the rows, in all tables"}
SHELL_USES = {
    "A": "goes to the beginning of the line",
    "B": "goes back a character, or is what tmux waits for",
    "C": "interrupts what runs",
    "D": "ends the input",
    "E": "goes to the end of the line",
    "K": "deletes the rest of the line",
    "L": "clears the screen",
    "N": "goes forward in the history",
    "O": "writes the file in nano",
    "P": "goes back in the history",
    "Q": "lets a halted output go on",
    "R": "searches the history",
    "S": "halts the output",
    "T": "swaps two characters",
    "U": "deletes the line",
    "V": "takes the next key as it is",
    "W": "deletes a word",
    "X": "begins a command in nano and Emacs",
    "Y": "puts back what was deleted",
    "Z": "puts a program aside, or ends the configuration of a Cisco",
    "\\": "ends what runs by force",
    "]": "leaves telnet",
}
CISCO_BREAK = frozenset({"Ctrl+Shift+6", "Ctrl+Shift+^", "Ctrl+^", "Ctrl+6"})


def refused(id: str, key: str) -> str:
    """Why a command cannot have this key, as a sentence; empty when it can."""
    if key in MOVES:
        return f"{key} means the same everywhere: it stays so."
    if id.startswith(TERMINAL):
        if _is_typed(key):
            return f"{key} is typed into terminals: add Ctrl+Shift."
    elif key in STAYS:
        return f"{key} is {STAYS[key]}: it stays so."
    return ""


def missed(id: str, key: str) -> str:
    """What a shell would miss if this command took this key, as a sentence; empty for nothing."""
    if not id.startswith(TERMINAL):
        return ""
    if key in CISCO_BREAK:
        return f"{key} is how Cisco devices end a ping or a lookup. It would not reach them."
    held, name = _parts(key)
    if {"Ctrl", "Shift"} <= held or "Meta" in held:
        return ""
    if held == {"Ctrl"} and name in SHELL_USES:
        return f"In a shell {key} {SHELL_USES[name]}. It would not reach the device."
    return f"Programs on the device may wait for {key}. It would not reach them."


def _is_typed(key: str) -> bool:
    """Whether it is a character and nothing else is held but Shift."""
    held, name = _parts(key)
    return held <= {"Shift"} and (len(name) == 1 or name == "Space")


def _parts(key: str) -> tuple[set[str], str]:
    """`Ctrl+Shift++` as what is held, and the key itself."""
    if key.endswith("++") or key == "+":
        return set(key[:-1].split("+")) - {""}, "+"
    *held, name = key.split("+")
    return set(held), name
