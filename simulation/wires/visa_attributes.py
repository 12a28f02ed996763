"""What a VISA session tells of itself before anybody sets anything (VISA library, VPP-4.3).

Assumed: names of makers and models as USB descriptors, which no client of ours has read on a unit.
"""

from typing import Any

# imported with the library itself, when a simulated VISA wire is opened
from pyvisa import constants, rname  # noqa: TID253
from pyvisa.constants import InterfaceType, ResourceAttribute  # noqa: TID253

TERMCHAR_ENDS = int(constants.SerialTermination.termination_char)
_VERSION = 0x00500800  # VPP-4.3, 5.8
_MAKER = "smallBMS bench simulation"
_DEFAULT_TIMEOUT = 2000  # ms
_XON, _XOFF = 17, 19


def attributes_of(parsed: rname.ResourceName, name: str) -> dict[int, Any]:
    """Return the attributes of a new session to a resource."""
    kind = parsed.interface_type_const
    found: dict[int, Any] = {
        ResourceAttribute.timeout_value: _DEFAULT_TIMEOUT,
        ResourceAttribute.termchar: 10,
        ResourceAttribute.termchar_enabled: False,
        ResourceAttribute.send_end_enabled: True,
        ResourceAttribute.suppress_end_enabled: False,
        ResourceAttribute.interface_type: kind,
        ResourceAttribute.interface_number: int(getattr(parsed, "board", 0)),
        ResourceAttribute.resource_name: name,
        ResourceAttribute.resource_class: parsed.resource_class,
        ResourceAttribute.resource_manufacturer_name: _MAKER,
        ResourceAttribute.resource_impl_version: _VERSION,
        ResourceAttribute.resource_spec_version: _VERSION,
        ResourceAttribute.resource_lock_state: constants.AccessModes.no_lock,
        ResourceAttribute.io_prot: constants.IOProtocol.normal,
        ResourceAttribute.dma_allow_enabled: False,
    }
    if kind == InterfaceType.asrl:
        found |= _serial()
    elif kind == InterfaceType.usb:
        found |= _usb(parsed)
    elif kind == InterfaceType.tcpip:
        found |= _network(parsed)
    return found


def _serial() -> dict[int, Any]:
    return {
        ResourceAttribute.asrl_end_in: TERMCHAR_ENDS,
        ResourceAttribute.asrl_end_out: constants.SerialTermination.none,
        ResourceAttribute.asrl_baud_rate: 9600,
        ResourceAttribute.asrl_data_bits: 8,
        ResourceAttribute.asrl_parity: constants.Parity.none,
        ResourceAttribute.asrl_stop_bits: constants.StopBits.one,
        ResourceAttribute.asrl_flow_control: constants.ControlFlow.none,
        ResourceAttribute.asrl_allow_transmit: True,
        ResourceAttribute.asrl_discard_null: False,
        ResourceAttribute.asrl_break_length: 250,
        ResourceAttribute.asrl_break_state: constants.LineState.unasserted,
        ResourceAttribute.asrl_xon_char: _XON,
        ResourceAttribute.asrl_xoff_char: _XOFF,
        ResourceAttribute.asrl_replace_char: 0,
    }


def _usb(parsed: rname.ResourceName) -> dict[int, Any]:
    return {
        ResourceAttribute.manufacturer_id: int(getattr(parsed, "manufacturer_id", "0"), 0),
        ResourceAttribute.model_code: int(getattr(parsed, "model_code", "0"), 0),
        ResourceAttribute.usb_serial_number: getattr(parsed, "serial_number", ""),
        ResourceAttribute.usb_interface_number: int(getattr(parsed, "usb_interface_number", "0")),
        ResourceAttribute.usb_protocol: 1,  # USB488
        ResourceAttribute.usb_max_interrupt_size: 2,
        ResourceAttribute.is_4882_compliant: True,
        ResourceAttribute.manufacturer_name: _MAKER,
        ResourceAttribute.model_name: _MAKER,
    }


def _network(parsed: rname.ResourceName) -> dict[int, Any]:
    host = getattr(parsed, "host_address", "")
    found: dict[int, Any] = {
        ResourceAttribute.tcpip_address: host,
        ResourceAttribute.tcpip_hostname: host,
        ResourceAttribute.tcpip_nodelay: True,
        ResourceAttribute.tcpip_keepalive: False,
    }
    if parsed.resource_class == "SOCKET":
        found[ResourceAttribute.tcpip_port] = int(getattr(parsed, "port", 0))
    else:
        found[ResourceAttribute.tcpip_device_name] = getattr(parsed, "lan_device_name", "")
    return found
