"""Every driver against its conversations: each byte sent, each answer, each error."""

# ruff: noqa: TID253 - only imported by tests that need these libraries

import itertools

import pytest
import pyvisa
import serial
from conversation_script import (
    FOLDER,
    Conversation,
    PatientClock,
    Script,
    accuracies,
    play,
    read_conversation,
    settings,
)
from scripted_wires import (
    ScriptedPort,
    ScriptedTerminal,
    ScriptedVisa,
    scripted_ljm,
    scripted_scanner,
)

from instruments import catalogue
from instruments.transports import console, ljm
from instruments.transports.transcript import Transcript
from instruments.transports.wires import Wires

CONVERSATIONS = [read_conversation(path) for path in sorted(FOLDER.glob("*.txt"))]
SCENES = [
    pytest.param(conversation, scene, id=f"{conversation.path.stem}: {scene}")
    for conversation in CONVERSATIONS
    for scene in conversation.scenes
]
_libraries = itertools.count()


def scripted_wires(script: Script, clock: PatientClock, monkeypatch: pytest.MonkeyPatch) -> Wires:
    library = ScriptedVisa(f"scripted {next(_libraries)}")
    library.script = script
    library.clock = clock
    monkeypatch.setattr(serial, "serial_for_url", lambda url, **_: ScriptedPort(script, clock))
    monkeypatch.setattr(ljm, "_import_wrapper", lambda: scripted_ljm(script, clock))
    monkeypatch.setattr(console, "ControllingTerminal", lambda: ScriptedTerminal(script))
    return Wires(
        clock,
        Transcript(clock),
        visa_manager=lambda: pyvisa.ResourceManager(library),
        bluetooth=lambda: scripted_scanner(script),
    )


@pytest.mark.parametrize(("conversation", "scene"), SCENES)
def test_conversation(
    conversation: Conversation, scene: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    script, clock = Script(), PatientClock()
    wires = scripted_wires(script, clock, monkeypatch)
    header = conversation.header
    calls = conversation.scenes[scene]
    if calls[0].method != "open":
        calls = [*conversation.scenes["open"], *calls]

    def opener() -> object:
        return catalogue.open_instrument(
            "bench_name",
            header["model"],
            header["resource"],
            wires,
            accuracies(header),
            settings(header),
        )

    instrument = play(calls, script, None, opener)
    if instrument is not None:
        instrument.close()  # type: ignore[attr-defined]
