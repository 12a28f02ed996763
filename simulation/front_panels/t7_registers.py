"""The Modbus registers of a LabJack T7 that the simulated one has (LabJack, ljm_constants.json)."""

from dataclasses import dataclass

UINT16, UINT32, INT32, FLOAT32 = 0, 1, 2, 3
"""Data types as LJM numbers them."""

WORDS = {UINT16: 1, UINT32: 2, INT32: 2, FLOAT32: 2}


@dataclass(frozen=True, slots=True)
class Register:
    """One register: ``family`` names what it belongs to, ``index`` its place there."""

    name: str
    address: int
    kind: int
    access: str
    default: float
    family: str
    index: int


_AIN_COUNT = 14

# family, first address, kind, access, default, count
_FAMILIES: tuple[tuple[str, int, int, str, float, int], ...] = (
    ("AIN#", 0, FLOAT32, "R", 0.0, 16),
    ("AIN#_RANGE", 40000, FLOAT32, "RW", 10.0, _AIN_COUNT),
    ("AIN#_NEGATIVE_CH", 41000, UINT16, "RW", 199.0, _AIN_COUNT),
    ("AIN#_RESOLUTION_INDEX", 41500, UINT16, "RW", 0.0, _AIN_COUNT),
    ("AIN#_SETTLING_US", 42000, FLOAT32, "RW", 0.0, _AIN_COUNT),
    ("DAC#", 1000, FLOAT32, "RW", 0.0, 2),
    ("FIO#", 2000, UINT16, "RW", 0.0, 8),
    ("EIO#", 2008, UINT16, "RW", 0.0, 8),
    ("CIO#", 2016, UINT16, "RW", 0.0, 4),
    ("MIO#", 2020, UINT16, "RW", 0.0, 3),
    ("DIO#", 2000, UINT16, "RW", 0.0, 23),
    ("STREAM_SCANLIST_ADDRESS#", 4100, UINT32, "RW", 0.0, 128),
)

_SINGLES: tuple[tuple[str, int, int, str, float], ...] = (
    ("FIO_STATE", 2500, UINT16, "RW", 0.0),
    ("EIO_STATE", 2501, UINT16, "RW", 0.0),
    ("CIO_STATE", 2502, UINT16, "RW", 0.0),
    ("MIO_STATE", 2503, UINT16, "RW", 0.0),
    ("FIO_DIRECTION", 2600, UINT16, "RW", 0.0),
    ("EIO_DIRECTION", 2601, UINT16, "RW", 0.0),
    ("CIO_DIRECTION", 2602, UINT16, "RW", 0.0),
    ("MIO_DIRECTION", 2603, UINT16, "RW", 0.0),
    ("DIO_STATE", 2800, UINT32, "RW", 0.0),
    ("DIO_DIRECTION", 2850, UINT32, "RW", 0.0),
    ("DIO_INHIBIT", 2900, UINT32, "RW", 0.0),
    ("CURRENT_SOURCE_10UA_CAL_VALUE", 1900, FLOAT32, "R", 10e-6),
    ("CURRENT_SOURCE_200UA_CAL_VALUE", 1902, FLOAT32, "R", 200e-6),
    ("STREAM_SCANRATE_HZ", 4002, FLOAT32, "RW", 0.0),
    ("STREAM_NUM_ADDRESSES", 4004, UINT32, "RW", 0.0),
    ("STREAM_SAMPLES_PER_PACKET", 4006, UINT32, "RW", 0.0),
    ("STREAM_SETTLING_US", 4008, FLOAT32, "RW", 0.0),
    ("STREAM_RESOLUTION_INDEX", 4010, UINT32, "RW", 0.0),
    ("STREAM_BUFFER_SIZE_BYTES", 4012, UINT32, "RW", 0.0),
    ("STREAM_CLOCK_SOURCE", 4014, UINT32, "RW", 0.0),
    ("STREAM_AUTO_TARGET", 4016, UINT32, "RW", 0.0),
    ("STREAM_NUM_SCANS", 4020, UINT32, "RW", 0.0),
    ("STREAM_TRIGGER_INDEX", 4024, UINT32, "RW", 0.0),
    ("STREAM_START_TIME_STAMP", 4026, UINT32, "R", 0.0),
    ("STREAM_AUTORECOVER_DISABLE", 4028, UINT32, "RW", 0.0),
    ("STREAM_DATA_CAPTURE_16", 4899, UINT16, "R", 0.0),
    ("STREAM_ENABLE", 4990, UINT32, "RW", 0.0),
    ("AIN_ALL_RANGE", 43900, FLOAT32, "RW", 10.0),
    ("AIN_ALL_NEGATIVE_CH", 43902, UINT16, "RW", 199.0),
    ("AIN_ALL_RESOLUTION_INDEX", 43903, UINT16, "RW", 0.0),
    ("AIN_ALL_SETTLING_US", 43904, FLOAT32, "RW", 0.0),
    ("POWER_LED", 48006, UINT16, "RW", 1.0),
    ("POWER_AIN", 48005, UINT16, "RW", 1.0),
    ("IO_CONFIG_CURRENT_CRC32", 49020, UINT32, "R", 0.0),
    ("LAST_ERR_DETAIL", 55000, UINT16, "R", 0.0),
    ("TEST", 55100, UINT32, "R", float(0x00112233)),
    ("TEST_UINT16", 55110, UINT16, "RW", 0.0),
    ("TEST_UINT32", 55120, UINT32, "RW", 0.0),
    ("TEST_INT32", 55122, INT32, "RW", 0.0),
    ("TEST_FLOAT32", 55124, FLOAT32, "RW", 0.0),
    ("PRODUCT_ID", 60000, FLOAT32, "R", 7.0),
    ("HARDWARE_VERSION", 60002, FLOAT32, "R", 1.35),
    ("FIRMWARE_VERSION", 60004, FLOAT32, "R", 1.0315),
    ("BOOTLOADER_VERSION", 60006, FLOAT32, "R", 0.94),
    ("HARDWARE_INSTALLED", 60010, UINT32, "R", 0.0),
    ("SERIAL_NUMBER", 60028, UINT32, "R", 0.0),
    ("TEMPERATURE_AIR_K", 60050, FLOAT32, "R", 296.15),
    ("TEMPERATURE_DEVICE_K", 60052, FLOAT32, "R", 298.15),
    ("CORE_TIMER", 61520, UINT32, "R", 0.0),
    ("SYSTEM_TIMER_20HZ", 61522, UINT32, "R", 0.0),
    ("WAIT_US_BLOCKING", 61590, UINT32, "RW", 0.0),
    ("WATCHDOG_ENABLE_DEFAULT", 61600, UINT32, "RW", 0.0),
    ("WATCHDOG_ADVANCED_DEFAULT", 61602, UINT32, "RW", 0.0),
    ("WATCHDOG_TIMEOUT_S_DEFAULT", 61604, UINT32, "RW", 10.0),
    ("WATCHDOG_STARTUP_DELAY_S_DEFAULT", 61606, UINT32, "RW", 0.0),
    ("WATCHDOG_DIO_ENABLE_DEFAULT", 61630, UINT32, "RW", 0.0),
    ("WATCHDOG_DIO_STATE_DEFAULT", 61632, UINT32, "RW", 0.0),
    ("WATCHDOG_DIO_DIRECTION_DEFAULT", 61634, UINT32, "RW", 0.0),
    ("WATCHDOG_DIO_INHIBIT_DEFAULT", 61636, UINT32, "RW", 0.0),
    ("WATCHDOG_DAC0_ENABLE_DEFAULT", 61640, UINT32, "RW", 0.0),
    ("WATCHDOG_DAC0_DEFAULT", 61642, FLOAT32, "RW", 0.0),
    ("WATCHDOG_DAC1_ENABLE_DEFAULT", 61650, UINT32, "RW", 0.0),
    ("WATCHDOG_DAC1_DEFAULT", 61652, FLOAT32, "RW", 0.0),
    ("IO_CONFIG_SET_CURRENT_TO_FACTORY", 61990, UINT16, "W", 0.0),
    ("SYSTEM_REBOOT", 61998, UINT32, "W", 0.0),
)


def _registers() -> dict[str, Register]:
    found: dict[str, Register] = {}
    for family, address, kind, access, default, count in _FAMILIES:
        for index in range(count):
            name = family.replace("#", str(index))
            place = address + index * WORDS[kind]
            found[name] = Register(name, place, kind, access, default, family, index)
    for name, address, kind, access, default in _SINGLES:
        found[name] = Register(name, address, kind, access, default, name, 0)
    return found


BY_NAME = _registers()
BY_ADDRESS = {register.address: register for register in BY_NAME.values()}
"""One register per address; FIO, EIO, CIO and MIO lines are found under their DIO name."""
