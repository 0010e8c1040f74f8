"""The installed Qt survives what it does all day: the first test of every new PySide6."""

import os
import subprocess
import sys

EMITS = 20_000

CANARY = f"""
from PySide6.QtCore import QObject, Signal, QTimer

class Bird(QObject):
    sang = Signal(int, bool)

heard = 0
def listen(number, flag):
    global heard
    heard += 1

bird, timer = Bird(), QTimer()
bird.sang.connect(listen)
for number in range({EMITS}):
    bird.sang.emit(number, True)
    timer.setSingleShot(True)
assert heard == {EMITS}, heard
print("alive")
"""


def test_twenty_thousand_signals_leave_the_interpreter_alive():
    # A child, because the failure is an abort of the whole process, not an exception.
    child = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", CANARY],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 0, child.stderr
    assert child.stdout == "alive\n"
