"""Sounds: made here, told apart, played by a program of the system."""

from __future__ import annotations

import io
import subprocess
import sys
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from noc_console.adapters.sound import MELODIES, RATE, SoundPlayer, melody
from noc_console.kernel.errors import Unreachable
from noc_console.services.alarms.model import Severity


def samples(sound: bytes) -> np.ndarray:
    with wave.open(io.BytesIO(sound)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


def test_each_severity_sounds_its_own_short_melody_without_clicks_or_clipping() -> None:
    made = {severity: melody(severity) for severity in MELODIES}
    assert len(set(made.values())) == len(made)
    for severity, sound in made.items():
        told = samples(sound)
        seconds = sum(length for _, length in MELODIES[severity])
        assert abs(len(told) - seconds * RATE) < 20
        assert seconds < 2
        assert 6_000 < np.abs(told).max() < 32_000
        assert (told[0], told[-1]) == (0, 0)


def test_a_note_has_the_pitch_it_is_meant_to_have() -> None:
    told = samples(melody(Severity.WARNING)).astype(float)
    spectrum = np.abs(np.fft.rfft(told))
    assert abs(spectrum.argmax() * RATE / len(told) - 494) < 10


class Program:
    """Stands for a player: hears what it was started with."""

    def __init__(self, code: int = 0, error: Exception | None = None) -> None:
        self.commands: list[list[str]] = []
        self._code, self._error = code, error

    def __call__(self, command: Sequence[str], patience_s: float) -> int:
        self.commands.append(list(command))
        if self._error is not None:
            raise self._error
        return self._code


def find_only(*names: str) -> object:
    return lambda name: f"/usr/bin/{name}" if name in names else None


async def test_the_first_player_there_is_plays_a_file_made_once(tmp_path: Path) -> None:
    program = Program()
    player = SoundPlayer(
        tmp_path / "sounds",
        find=find_only("paplay", "aplay"),  # type: ignore[arg-type]
        run=program,
        platform="linux",
    )
    assert player.is_able
    assert player.what == "paplay plays the sounds."
    await player.play(Severity.CRITICAL)
    file = tmp_path / "sounds" / "critical.wav"
    assert program.commands == [["/usr/bin/paplay", str(file)]]
    before = file.stat().st_mtime_ns
    await player.play(Severity.CRITICAL)
    assert file.stat().st_mtime_ns == before
    file.write_bytes(b"cut short")
    await player.play(Severity.CRITICAL)
    assert file.read_bytes() == melody(Severity.CRITICAL)


async def test_alsa_is_told_to_be_quiet_about_itself(tmp_path: Path) -> None:
    program = Program()
    player = SoundPlayer(tmp_path, find=find_only("aplay"), run=program, platform="linux")  # type: ignore[arg-type]
    await player.play(Severity.MINOR)
    assert program.commands[0][:2] == ["/usr/bin/aplay", "-q"]


async def test_without_a_player_it_says_which_would_do(tmp_path: Path) -> None:
    player = SoundPlayer(tmp_path, find=find_only(), platform="linux")  # type: ignore[arg-type]
    assert not player.is_able
    with pytest.raises(Unreachable, match="none of pw-play, paplay, aplay, afplay is installed"):
        await player.play(Severity.MAJOR)


@pytest.mark.parametrize(
    ("program", "why"),
    [
        (Program(code=1), "code 1"),
        (Program(error=subprocess.TimeoutExpired("aplay", 10)), "could not play"),
        (Program(error=PermissionError("denied")), "could not play"),
    ],
)
async def test_a_player_that_fails_is_told(tmp_path: Path, program: Program, why: str) -> None:
    player = SoundPlayer(tmp_path, find=find_only("aplay"), run=program, platform="linux")  # type: ignore[arg-type]
    with pytest.raises(Unreachable, match=why):
        await player.play(Severity.MAJOR)


async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "sounds").write_text("a file in its place")
    player = SoundPlayer(
        tmp_path / "sounds",
        find=find_only("aplay"),  # type: ignore[arg-type]
        run=Program(),
        platform="linux",
    )
    with pytest.raises(Unreachable, match="the sound cannot be written"):
        await player.play(Severity.MAJOR)


async def test_a_real_program_is_started_with_the_file_and_its_end_awaited(tmp_path: Path) -> None:
    # Python stands for the player: no test machine has a loudspeaker.
    reads = "import sys, wave; sys.exit(0 if wave.open(sys.argv[1]).getnframes() else 3)"
    players = ((sys.executable, "-c", reads),)
    player = SoundPlayer(tmp_path, players=players, find=lambda name: name, platform="linux")
    await player.play(Severity.MAJOR)
