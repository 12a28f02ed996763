"""What a telemetry receiver must do, on a simulated device with a real cipher between them."""

import pytest

from instruments.catalogue import open_instrument, settings_of
from instruments.errors import InstrumentError, NoAnswer, NotSupported, Rejected
from instruments.telemetry import Severity
from simulation.dut.readings import ALARM, WARNING, Readings
from simulation.laboratory import Laboratory
from simulation.netlist import SimulatedInstrument

MODEL = "victron.InstantReadout"
ADDRESS = "00:00:5E:00:53:01"
KEY = "603deb1015ca71be2b73aef0857d7781"
VICTRON = 0x02E1


class Unit:
    """Whatever has a radio and says what the test wants."""

    def __init__(self, says):
        self.says = says
        self.is_mute = False

    def is_on_air(self):
        return self.is_mute or self.says is not None

    def advertisement(self):
        return self.says


class Rig:
    def __init__(self, says=None, *, settings=None, device="", address=ADDRESS):
        radio = SimulatedInstrument(
            name="radio", model=MODEL, resource=ADDRESS, serial="1", settings={"key": KEY}
        )
        self.lab = Laboratory(instruments=[radio], links=[], parts=[], device=device)
        self.unit = Unit(says)
        if not device:
            self.lab.panels["radio"]._unit = self.unit
        self.driver = open_instrument(
            "radio", MODEL, address, self.lab.wires, {}, settings or {"key": KEY}
        )
        self.telemetry = self.driver.terminal("readout")

    def close(self):
        self.driver.close()
        self.lab.close()


@pytest.fixture
def rig(request):
    rigs = []

    def make(*arguments, **options):
        rigs.append(Rig(*arguments, **options))
        return rigs[-1]

    yield make
    for one in rigs:
        one.close()


FULL = Readings(
    error=5,
    levels={1: ALARM, 7: WARNING},
    allow_to_charge=True,
    allow_to_discharge=False,
    remote_enabled=True,
    time_to_go=90,
    voltage=51.23,
    current=-12.4,
    state_of_charge=17.6,
    consumed_charge=-164.8,
    temperature=-7.0,
)


def test_what_is_said_is_what_is_read(rig):
    readout = rig(FULL).telemetry.read(2.0)
    assert readout.codes == ("A-B01", "W-B07", "E-B05")
    assert readout.conditions == {1: Severity.ALARM, 7: Severity.WARNING}
    assert readout.voltage == pytest.approx(51.23)
    assert readout.current == pytest.approx(-12.4)
    assert readout.state_of_charge == pytest.approx(17.6)
    assert readout.consumed_charge == pytest.approx(-164.8)
    assert readout.temperature == -7.0
    assert readout.time_to_go == 90 * 60.0
    assert readout.allowed_to_charge is True
    assert readout.allowed_to_discharge is False
    assert readout.remote_enabled is True


def test_what_is_not_known_stays_unknown(rig):
    readout = rig(Readings()).telemetry.read(2.0)
    assert readout.codes == ()
    unknown = (readout.voltage, readout.current, readout.state_of_charge, readout.time_to_go)
    assert {*unknown, readout.consumed_charge, readout.temperature} == {None}
    assert readout.allowed_to_charge is False


@pytest.mark.parametrize("percent", [0.0, 0.1, 99.9, 100.0])
def test_ends_of_the_state_of_charge(rig, percent):
    said = Readings(state_of_charge=percent, consumed_charge=0.0, voltage=0.0, current=0.0)
    readout = rig(said).telemetry.read(2.0)
    assert readout.state_of_charge == pytest.approx(percent)
    assert (readout.consumed_charge, readout.voltage, readout.current) == (0.0, 0.0, 0.0)


def test_readings_are_new_and_stamped_when_they_were_heard(rig):
    one = rig(FULL)
    start = one.lab.clock.now()
    first, second = one.telemetry.read(2.0), one.telemetry.read(2.0)
    assert start < first.elapsed <= start + 1.1
    assert second.elapsed - first.elapsed == pytest.approx(1.0, abs=0.011)
    assert one.lab.clock.now() == pytest.approx(second.elapsed, abs=0.051)


def test_silence_is_no_answer_after_the_given_time_and_not_heard(rig):
    one = rig(None)
    start = one.lab.clock.now()
    with pytest.raises(NoAnswer, match="no instant readout within 3 s") as caught:
        one.telemetry.read(3.0)
    assert one.lab.clock.now() - start == pytest.approx(3.0)
    assert caught.value.exchange.role == "radio"
    assert not one.telemetry.hears(3.0)
    one.unit.says = FULL
    assert one.telemetry.hears(3.0)


def test_a_unit_that_says_nothing_of_itself_is_heard_but_not_read(rig):
    one = rig(None)
    one.unit.is_mute = True
    assert one.telemetry.hears(2.0)
    with pytest.raises(NoAnswer, match="no instant readout"):
        one.telemetry.read(3.0)


@pytest.mark.parametrize("device", ["smallbms", "smallbms_prealarm"])
def test_devices_without_a_radio_are_never_heard(rig, device):
    one = rig(device=device)
    assert not one.telemetry.hears(60.0)
    with pytest.raises(NoAnswer):
        one.telemetry.read(60.0)


def test_a_lost_receiver_is_an_error_and_never_silence(rig):
    one = rig(FULL)
    one.lab.cut("radio")
    for ask in (one.telemetry.read, one.telemetry.hears):
        with pytest.raises(NotSupported, match="no Bluetooth receiver"):
            ask(2.0)
    one.lab.mend("radio")
    assert one.telemetry.read(2.0).error == 5


def test_a_garbled_advertisement_is_rejected_and_the_next_one_read(rig):
    one = rig(FULL)
    one.lab.garble("radio", bytes.fromhex("1002eca30a00"))
    with pytest.raises(Rejected, match="6 bytes"):
        one.telemetry.read(2.0)
    assert one.telemetry.read(2.0).error == 5


def test_the_key_of_another_unit_is_rejected_and_never_shown(rig):
    other = "a" * 32
    one = rig(FULL, settings={"key": other})
    with pytest.raises(Rejected, match="wrong key") as caught:
        one.telemetry.read(2.0)
    told = str(caught.value) + "\n".join(one.lab.transcript.since(0))
    assert other not in told
    assert KEY not in told
    assert one.telemetry.hears(2.0)  # which needs no key


def test_other_devices_and_other_companies_are_not_the_unit(rig):
    one = rig(None)
    say, later = one.lab.air.announce, one.lab.clock.schedule
    stray = bytes.fromhex("1002eca30a341260845ff5dc50fa7ee3fbebd50d0e81cb7f")
    later(0.5, lambda: say("00:00:5E:00:53:02", "other", {VICTRON: stray}))
    assert not one.telemetry.hears(2.0)
    later(0.5, lambda: say(ADDRESS, "unit", {0x004C: stray}))
    with pytest.raises(NoAnswer):
        one.telemetry.read(2.0)
    later(0.5, lambda: say(ADDRESS.lower(), "unit", {0x004C: b"", VICTRON: stray}))
    assert one.telemetry.read(2.0).voltage == pytest.approx(26.99)


def test_a_unit_may_be_named_by_what_it_calls_itself(rig):
    assert rig(FULL, address="smallBMS NG 1").telemetry.hears(2.0)
    assert not rig(FULL, address="smallBMS NG 2").telemetry.hears(2.0)


def test_everything_received_is_on_the_transcript(rig):
    one = rig(FULL)
    mark = one.lab.transcript.mark()
    one.telemetry.read(2.0)
    (line,) = one.lab.transcript.since(mark)
    assert " radio < 0x02e1 1002eca30a" in line


def test_record_type_is_a_setting(rig):
    odd = rig(FULL, settings={"key": KEY, "record_type": "0x0E"})
    with pytest.raises(Rejected, match="type 0x0a, expected 0x0e"):
        odd.telemetry.read(2.0)
    with pytest.raises(Rejected, match=r"record_type.*'bms'"):
        rig(FULL, settings={"key": KEY, "record_type": "bms"})


def test_key_comes_from_a_file_or_the_environment(rig, tmp_path, monkeypatch):
    path = tmp_path / "unit.key"
    path.write_text(f"{KEY.upper()}\n", encoding="ascii")
    monkeypatch.setenv("KEY_OF_THE_UNIT", KEY)
    for source in (f"file:{path}", "env:KEY_OF_THE_UNIT", KEY):
        assert rig(FULL, settings={"key": source}).telemetry.read(2.0).error == 5


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("file:/nowhere/unit.key", "nowhere"),
        ("env:NOT_SET_AT_ALL", "environment variable NOT_SET_AT_ALL"),
        ("", "setting 'key'"),
        ("603deb", "32 hexadecimal digits"),
        ("not hexadecimal at all", "32 hexadecimal digits"),
    ],
)
def test_a_missing_key_says_where_it_was_looked_for(rig, source, words):
    one = rig(FULL, settings={"key": source})  # opens: other devices need no key
    with pytest.raises(NotSupported) as caught:
        one.telemetry.read(2.0)
    assert words in str(caught.value)


def test_settings_that_nobody_knows_are_refused(rig):
    assert settings_of(MODEL) == ("key", "record_type")
    with pytest.raises(NotSupported, match="no setting 'kee'; there are key, record_type"):
        rig(settings={"kee": KEY})
    with pytest.raises(NotSupported, match="no setting 'key'; there are none"):
        open_instrument("s", "rigol.DL3021", "x", rig().lab.wires, {}, {"key": KEY})


def test_a_simulated_unit_has_its_key_written_out():
    radio = SimulatedInstrument(
        name="radio", model=MODEL, resource=ADDRESS, serial="1", settings={"key": "env:KEY"}
    )
    with pytest.raises(ValueError, match=r"instruments\.radio\.settings\.key"):
        Laboratory(instruments=[radio], links=[], parts=[])


def test_making_safe_needs_no_receiver(rig):
    one = rig(FULL)
    one.lab.cut("radio")
    one.driver.make_safe()


def test_no_listener_leaves_no_event_behind(rig):
    one = rig(FULL)
    one.telemetry.read(2.0)
    spoken = []
    one.lab.panels["radio"].speak = spoken.append
    one.lab.clock.sleep(10.0)
    assert not spoken


def test_errors_of_the_receiver_are_instrument_errors(rig, monkeypatch):
    from bleak.exc import BleakError

    one = rig(FULL)
    scanner = one.lab.air.backend()

    async def broken(self):
        raise BleakError("org.bluez.Error.InProgress")

    monkeypatch.setattr(scanner.__mro__[1], "start", broken)
    with pytest.raises(NoAnswer, match=r"does not start.*InProgress") as caught:
        one.telemetry.hears(1.0)
    assert isinstance(caught.value, InstrumentError)
