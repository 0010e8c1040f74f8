"""Alarm sounds: made here, a short melody for each severity, played by the system's own player.

No sound file is shipped and none is loaded from elsewhere: tones of a few partials, written as
WAV into the user's data folder when first needed.
"""

from __future__ import annotations

import asyncio
import io
import shutil
import subprocess
import sys
import wave
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from noc_console.kernel.errors import Unreachable
from noc_console.services.alarms.model import Severity

RATE = 22_050
LONGEST_S = 10.0
"""A player that takes longer is stopped: the sounds last two seconds at most."""
_LOUD = 0.55

Notes = Sequence[tuple[float, float]]
"""Hertz (0: silence) and seconds."""

MELODIES: dict[Severity, Notes] = {
    # Three quick pairs, rising: told from all others without counting.
    Severity.CRITICAL: ((784, 0.12), (1047, 0.16), (0, 0.09)) * 3,
    Severity.MAJOR: ((659, 0.16), (0, 0.06), (659, 0.16), (0, 0.06), (523, 0.22)),
    Severity.MINOR: ((587, 0.14), (0, 0.05), (494, 0.2)),
    Severity.WARNING: ((494, 0.2),),
}
PARTIALS = ((1, 1.0), (2, 0.35), (3, 0.12))
PLAYERS: tuple[tuple[str, ...], ...] = (
    ("pw-play",),
    ("paplay",),
    ("aplay", "-q"),
    ("afplay",),
)
"""PipeWire, PulseAudio, ALSA, macOS; Windows plays without a program."""

Runs = Callable[[Sequence[str], float], int]


def melody(severity: Severity) -> bytes:
    """The sound of a severity as a WAV file: mono, 16 bits."""
    notes = MELODIES.get(severity, MELODIES[Severity.WARNING])
    sound = np.concatenate([_tone(hertz, seconds) for hertz, seconds in notes])
    samples = (sound * _LOUD * 32_767).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    return file.getvalue()


def _tone(hertz: float, seconds: float) -> NDArray[np.float64]:
    count = int(seconds * RATE)
    if hertz <= 0:
        return np.zeros(count)
    at = np.arange(count) / RATE
    total = sum(weight for _, weight in PARTIALS)
    wave_form = sum(
        (weight / total) * np.sin(2 * np.pi * hertz * multiple * at)
        for multiple, weight in PARTIALS
    )
    # Begins and ends softly: a tone that is cut off clicks.
    soft = min(count // 4, int(0.012 * RATE))
    envelope = np.exp(-2.2 * at / seconds)
    envelope[:soft] *= np.linspace(0, 1, soft)
    envelope[-soft:] *= np.linspace(1, 0, soft)
    return np.asarray(wave_form * envelope, dtype=np.float64)


class SoundPlayer:
    """Plays sounds away from the window's thread, one at a time."""

    def __init__(
        self,
        folder: Path,
        *,
        players: Sequence[Sequence[str]] = PLAYERS,
        find: Callable[[str], str | None] = shutil.which,
        run: Runs | None = None,
        platform: str = sys.platform,
    ) -> None:
        self._folder = folder
        self._run = run or _run
        self._platform = platform
        self._command = next(
            ([path, *each[1:]] for each in players if (path := find(each[0]))), None
        )

    @property
    def what(self) -> str:
        """What plays here, or why nothing does; for people."""
        if self._platform == "win32":
            return "Windows plays the sounds."
        if self._command is None:
            names = ", ".join(each[0] for each in PLAYERS)
            return f"Nothing plays sounds here: none of {names} is installed."
        return f"{Path(self._command[0]).name} plays the sounds."

    @property
    def is_able(self) -> bool:
        return self._platform == "win32" or self._command is not None

    async def play(self, severity: Severity) -> None:
        """Let it sound; raises Unreachable with the reason when it did not."""
        await asyncio.to_thread(self._play, severity)

    def _play(self, severity: Severity) -> None:
        file = self._file(severity)
        if self._platform == "win32":
            _play_on_windows(file)
            return
        if self._command is None:
            raise Unreachable(self.what, peer="sound")
        name = Path(self._command[0]).name
        try:
            code = self._run([*self._command, str(file)], LONGEST_S)
        except (OSError, subprocess.SubprocessError) as error:
            raise Unreachable(f"{name} could not play: {error}", peer="sound") from error
        if code != 0:
            raise Unreachable(f"{name} could not play a sound (code {code})", peer="sound")

    def _file(self, severity: Severity) -> Path:
        file = self._folder / f"{severity.name.lower()}.wav"
        made = melody(severity)
        try:
            if not file.exists() or file.stat().st_size != len(made):
                self._folder.mkdir(parents=True, exist_ok=True)
                fresh = file.with_suffix(".new")
                fresh.write_bytes(made)
                fresh.replace(file)
        except OSError as error:
            raise Unreachable(f"the sound cannot be written: {error}", peer="sound") from error
        return file


def _run(command: Sequence[str], patience_s: float) -> int:
    # A list, never a line: no shell sees the path.
    quiet = subprocess.DEVNULL
    done = subprocess.run(
        list(command), timeout=patience_s, stdin=quiet, stdout=quiet, stderr=quiet, check=False
    )
    return done.returncode


def _play_on_windows(file: Path) -> None:
    if sys.platform == "win32":
        import winsound

        winsound.PlaySound(str(file), winsound.SND_FILENAME | winsound.SND_NODEFAULT)
