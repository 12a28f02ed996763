"""Every registered driver: documented, in conversation, complete, slotted."""

import ast
import importlib.metadata
import inspect
import re
import sys

import pytest
from conversation_script import FOLDER, read_conversation

from instruments import catalogue
from instruments.accuracy import Accuracy
from instruments.daq import AnalogOutput, Daq, DigitalInput
from instruments.declared import DeclaredAccuracies
from instruments.errors import Exchange, NoAnswer, NotSupported
from instruments.instrument import Instrument
from instruments.load import LoadInput
from instruments.multimeter import Multimeter
from instruments.operator import Operator
from instruments.relay import Relay, RelayBank
from instruments.supply import SupplyOutput

MODELS = catalogue.models()
CONTRACTS = (
    SupplyOutput,
    LoadInput,
    Multimeter,
    AnalogOutput,
    DigitalInput,
    Relay,
    Daq,
    RelayBank,
    Operator,
)
IMPERATIVE = re.compile(
    r"(Abort|Arm|Ask|Do|Empty|Energise|Let|Measure|Put|Release|Return|Set|"
    r"Start|Stop|Stream|Switch|Take|Open|Read|Send|Wait) "
)


def module_of(model: str):
    return sys.modules[catalogue.driver_class(model).__module__]


def classes_of(model: str) -> list[type]:
    """Return the classes in the driver's file and in those beside it that carry its name."""
    name = module_of(model).__name__
    return [
        item
        for beside in [module for key, module in sys.modules.items() if key.startswith(name)]
        for _, item in inspect.getmembers(beside, inspect.isclass)
        if item.__module__ == beside.__name__
    ]


def test_models_of_the_reference_bench_have_drivers():
    assert {
        "gwinstek.PSW80-13.5",
        "keithley.2260B-80-13",
        "rigol.DL3021",
        "keysight.DAQ970A",
        "labjack.T7",
        "numato.USBRELAY16",
        "numato.USBRELAY32",
    } <= set(MODELS)


@pytest.mark.parametrize("model", MODELS)
def test_driver_has_a_conversation(model):
    models = {read_conversation(path).header["model"] for path in FOLDER.glob("*.txt")}
    assert model in models


@pytest.mark.parametrize("model", MODELS)
def test_driver_file_says_where_its_commands_come_from(model):
    text = " ".join((module_of(model).__doc__ or "").split())
    assert re.search(r"Command set: |Registers: ", text)
    assert re.search(r"not yet verified on hardware", text, re.IGNORECASE)


@pytest.mark.parametrize("model", MODELS)
def test_public_methods_begin_with_an_imperative(model):
    tree = ast.parse(inspect.getsource(module_of(model)))
    bad = [
        f"{cls.name}.{method.name}: {ast.get_docstring(method)}"
        for cls in ast.walk(tree)
        if isinstance(cls, ast.ClassDef)
        for method in cls.body
        if isinstance(method, ast.FunctionDef) and not method.name.startswith("_")
        if not IMPERATIVE.match(ast.get_docstring(method) or "")
    ]
    assert not bad


@pytest.mark.parametrize("model", MODELS)
def test_setters_name_the_unit(model):
    tree = ast.parse(inspect.getsource(module_of(model)))
    units = {"Volt": r"\[V\]", "Ampere": r"\[A\]", "Second": r"\[s\]", "Hertz": r"\[Hz\]"}
    bad = []
    for method in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        if not method.name.startswith(("set_", "arm_", "wait")):
            continue
        annotations = [ast.unparse(a.annotation) for a in method.args.args if a.annotation]
        wanted = [units[annotation] for annotation in annotations if annotation in units]
        if not all(re.search(unit, ast.get_docstring(method) or "") for unit in wanted):
            bad.append(method.name)
    assert not bad


@pytest.mark.parametrize("model", MODELS)
def test_driver_and_its_views_are_complete_and_slotted(model):
    assert issubclass(catalogue.driver_class(model), Instrument)
    for item in classes_of(model):
        assert "__slots__" in vars(item), f"{item.__name__} has no __slots__"
        if issubclass(item, (Instrument, *CONTRACTS)) and not item.__name__.startswith("_Channel"):
            assert not inspect.isabstract(item), f"{item.__name__}: {item.__abstractmethods__}"


@pytest.mark.parametrize("model", MODELS)
def test_hardware_is_set_by_methods_only(model):
    settable = [
        f"{item.__name__}.{name}"
        for item in classes_of(model)
        for name, member in vars(item).items()
        if isinstance(member, property) and member.fset is not None
    ]
    assert not settable


@pytest.mark.parametrize("model", MODELS)
def test_terminals_are_known_without_opening(model):
    names = catalogue.terminals_of(model)
    assert names


def test_terminals_of_the_reference_bench():
    assert tuple(catalogue.terminals_of("keysight.DAQ970A")) == tuple(
        str(n) for n in range(101, 123)
    )
    assert [*catalogue.terminals_of("numato.USBRELAY32")][-1] == "31"
    assert {"AIN13", "DAC1", "FIO7", "EIO7", "CIO3"} <= set(catalogue.terminals_of("labjack.T7"))


class MuteWire:
    """A wire on which everything but ``close`` fails."""

    def __init__(self) -> None:
        self.closed = False

    def close(self) -> None:
        self.closed = True

    def __getattr__(self, name: str):
        raise NoAnswer("no answer", Exchange(role="mute"))


@pytest.mark.parametrize("model", [m for m in MODELS if not m.startswith(("person.", "victron."))])
def test_a_driver_that_cannot_be_opened_lets_go_of_its_wire(model):
    # a socket or a port that stays taken would refuse the next attempt
    wire = MuteWire()

    class Wires:
        def __getattr__(self, kind: str):
            return lambda *_, **__: wire

    with pytest.raises(NoAnswer):
        catalogue.open_instrument("mute", model, "USB0::1::2::3::INSTR", Wires(), {})
    assert wire.closed


def test_a_load_that_cannot_tell_its_answers_apart_is_not_opened():
    # real units append a stray line to a measurement, which would answer the next question
    with pytest.raises(NotSupported, match="use its USB or LAN ::INSTR resource"):
        catalogue.open_instrument(
            "load", "rigol.DL3021", "TCPIP0::192.0.2.2::5555::socket", object(), {}
        )


def test_unknown_model_names_the_known_ones():
    with pytest.raises(NotSupported, match="acme") as caught:
        catalogue.driver_class("acme.PS100")
    assert all(model in str(caught.value) for model in MODELS)


def test_other_packages_add_drivers_by_entry_point(monkeypatch):
    entry = importlib.metadata.EntryPoint(
        name="acme.PS100",
        value="instruments.drivers.gwinstek_psw:GwInstekPsw80",
        group=catalogue.GROUP,
    )
    monkeypatch.setattr(
        catalogue,
        "entry_points",
        lambda group, name=None: [entry] if name in (None, entry.name) else [],
    )
    assert "acme.PS100" in catalogue.models()
    assert catalogue.terminals_of("acme.PS100") == {"out": SupplyOutput}


def test_bench_file_accuracy_goes_before_the_sheet_and_a_missing_one_names_its_key():
    declared = DeclaredAccuracies("psu", {"voltage": Accuracy(fixed=3.0**0.5, basis="test")})
    assert declared.standard_uncertainty("voltage", 12.0, 80.0) == pytest.approx(1.0)
    with pytest.raises(NotSupported, match=r"\[instruments\.psu\.accuracy\.current_setpoint\]"):
        declared.standard_uncertainty("current_setpoint", 1.0, 4.0)
