"""Where the registers of the simulated T7 lie, and what they hold at first.

Source: LabJack, ljm_constants.json. Assumed where that names no default: POWER registers as a T7
without radio has them, the sub-net mask, divisor 1 of the clocks. The air is as much colder than
the device as its register's description says for a device on Ethernet.
"""

UINT16, UINT32, INT32, FLOAT32, STRING, BYTE = 0, 1, 2, 3, 98, 99
"""Data types as LJM numbers them."""

DEVICE_TEMPERATURE = 298.15
"""What the sensor in the device measures [K]; assumed."""

_AIN_COUNT = 14
_DIO_COUNT = 23
_STREAM_OUTS = 4

# family, first address, kind, access, default, count
FAMILIES: tuple[tuple[str, int, int, str, float, int], ...] = (
    ("AIN#", 0, FLOAT32, "R", 0.0, 16),
    ("AIN#_RANGE", 40000, FLOAT32, "RW", 10.0, _AIN_COUNT),
    ("AIN#_NEGATIVE_CH", 41000, UINT16, "RW", 199.0, _AIN_COUNT),
    ("AIN#_RESOLUTION_INDEX", 41500, UINT16, "RW", 0.0, _AIN_COUNT),
    ("AIN#_SETTLING_US", 42000, FLOAT32, "RW", 0.0, _AIN_COUNT),
    ("DAC#", 1000, FLOAT32, "RW", 0.0, 2),
    ("DAC#_BINARY", 51000, UINT32, "W", 0.0, 2),
    ("FIO#", 2000, UINT16, "RW", 0.0, 8),
    ("EIO#", 2008, UINT16, "RW", 0.0, 8),
    ("CIO#", 2016, UINT16, "RW", 0.0, 4),
    ("MIO#", 2020, UINT16, "RW", 0.0, 3),
    ("DIO#", 2000, UINT16, "RW", 0.0, 23),
    ("STREAM_SCANLIST_ADDRESS#", 4100, UINT32, "RW", 0.0, 128),
    ("STREAM_OUT#_TARGET", 4040, UINT32, "RW", 0.0, _STREAM_OUTS),
    ("STREAM_OUT#_BUFFER_ALLOCATE_NUM_BYTES", 4050, UINT32, "RW", 0.0, _STREAM_OUTS),
    ("STREAM_OUT#_LOOP_NUM_VALUES", 4060, UINT32, "RW", 0.0, _STREAM_OUTS),
    ("STREAM_OUT#_SET_LOOP", 4070, UINT32, "W", 0.0, _STREAM_OUTS),
    ("STREAM_OUT#_BUFFER_STATUS", 4080, UINT32, "R", 0.0, _STREAM_OUTS),
    ("STREAM_OUT#_ENABLE", 4090, UINT32, "RW", 0.0, _STREAM_OUTS),
    ("STREAM_OUT#_BUFFER_F32", 4400, FLOAT32, "W", 0.0, _STREAM_OUTS),
    ("STREAM_OUT#_BUFFER_U16", 4420, UINT16, "W", 0.0, _STREAM_OUTS),
    ("STREAM_OUT#", 4800, UINT16, "R", 0.0, _STREAM_OUTS),
    ("AIN#_EF_READ_A", 7000, FLOAT32, "R", 0.0, _AIN_COUNT),
    ("AIN#_EF_READ_B", 7300, FLOAT32, "R", 0.0, _AIN_COUNT),
    ("AIN#_EF_READ_C", 7600, FLOAT32, "R", 0.0, _AIN_COUNT),
    ("AIN#_EF_INDEX", 9000, UINT32, "RW", 0.0, _AIN_COUNT),
    ("AIN#_EF_CONFIG_A", 9300, UINT32, "RW", 0.0, _AIN_COUNT),
    ("AIN#_EF_CONFIG_B", 9600, UINT32, "RW", 0.0, _AIN_COUNT),
    ("AIN#_EF_CONFIG_C", 9900, UINT32, "RW", 0.0, _AIN_COUNT),
    ("AIN#_EF_CONFIG_D", 10200, FLOAT32, "RW", 0.0, _AIN_COUNT),
    ("AIN#_EF_CONFIG_E", 10500, FLOAT32, "RW", 0.0, _AIN_COUNT),
    ("DIO#_EF_ENABLE", 44000, UINT32, "RW", 0.0, _DIO_COUNT),
    ("DIO#_EF_INDEX", 44100, UINT32, "RW", 0.0, _DIO_COUNT),
    ("DIO#_EF_CLOCK_SOURCE", 44200, UINT32, "RW", 0.0, _DIO_COUNT),
    ("DIO#_EF_CONFIG_A", 44300, UINT32, "RW", 0.0, _DIO_COUNT),
    ("DIO#_EF_CONFIG_B", 44400, UINT32, "RW", 0.0, _DIO_COUNT),
    ("DIO#_EF_CONFIG_C", 44500, UINT32, "RW", 0.0, _DIO_COUNT),
    ("DIO#_EF_CONFIG_D", 44600, UINT32, "RW", 0.0, _DIO_COUNT),
    ("DIO#_EF_READ_A", 3000, UINT32, "R", 0.0, _DIO_COUNT),
    ("DIO#_EF_READ_A_AND_RESET", 3100, UINT32, "R", 0.0, _DIO_COUNT),
    ("DIO#_EF_READ_B", 3200, UINT32, "R", 0.0, _DIO_COUNT),
    ("DIO#_EF_READ_A_F", 3500, FLOAT32, "R", 0.0, _DIO_COUNT),
    ("DIO#_EF_READ_A_F_AND_RESET", 3600, FLOAT32, "R", 0.0, _DIO_COUNT),
    ("DIO#_EF_READ_B_F", 3700, FLOAT32, "R", 0.0, _DIO_COUNT),
    ("USER_RAM#_F32", 46000, FLOAT32, "RW", 0.0, 40),
    ("USER_RAM#_I32", 46080, INT32, "RW", 0.0, 10),
    ("USER_RAM#_U32", 46100, UINT32, "RW", 0.0, 40),
    ("USER_RAM#_U16", 46180, UINT16, "RW", 0.0, 20),
)

SINGLES: tuple[tuple[str, int, int, str, float], ...] = (
    ("FIO_STATE", 2500, UINT16, "RW", 0.0),
    ("EIO_STATE", 2501, UINT16, "RW", 0.0),
    ("CIO_STATE", 2502, UINT16, "RW", 0.0),
    ("MIO_STATE", 2503, UINT16, "RW", 0.0),
    ("FIO_EIO_STATE", 2580, UINT16, "RW", 0.0),
    ("EIO_CIO_STATE", 2581, UINT16, "RW", 0.0),
    ("CIO_MIO_STATE", 2582, UINT16, "RW", 0.0),
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
    ("STREAM_EXTERNAL_CLOCK_DIVISOR", 4022, UINT32, "RW", 0.0),
    ("STREAM_TRIGGER_INDEX", 4024, UINT32, "RW", 0.0),
    ("STREAM_START_TIME_STAMP", 4026, UINT32, "R", 0.0),
    ("STREAM_AUTORECOVER_DISABLE", 4028, UINT32, "RW", 0.0),
    ("STREAM_SETTLING_US_ACTUAL", 4490, FLOAT32, "R", 0.0),
    ("STREAM_SCANRATE_HZ_ACTUAL", 4494, FLOAT32, "R", 0.0),
    ("STREAM_DATA_CAPTURE_16", 4899, UINT16, "R", 0.0),
    ("STREAM_ENABLE", 4990, UINT32, "RW", 0.0),
    ("AIN_ALL_RANGE", 43900, FLOAT32, "RW", 10.0),
    ("AIN_ALL_NEGATIVE_CH", 43902, UINT16, "RW", 199.0),
    ("AIN_ALL_RESOLUTION_INDEX", 43903, UINT16, "RW", 0.0),
    ("AIN_ALL_SETTLING_US", 43904, FLOAT32, "RW", 0.0),
    ("AIN_ALL_EF_INDEX", 43906, UINT32, "RW", 0.0),
    *(
        (f"DIO_EF_CLOCK{number}_{what}", 44900 + 10 * number + place, kind, access, default)
        for number in range(3)
        for what, place, kind, access, default in (
            ("ENABLE", 0, UINT16, "RW", 0.0),
            ("DIVISOR", 1, UINT16, "RW", 1.0),
            ("OPTIONS", 2, UINT32, "RW", 0.0),
            ("ROLL_VALUE", 4, UINT32, "RW", 0.0),
            ("COUNT", 8, UINT32, "R", 0.0),
        )
    ),
    *(
        (f"POWER_{what}{when}", 48000 + place + shift, UINT16, "RW", default)
        for when, shift in (("", 0), ("_DEFAULT", 50))
        for place, (what, default) in enumerate(
            (
                ("MODE", 0.0),
                ("CORE", 0.0),
                ("USB", 1.0),
                ("ETHERNET", 1.0),
                ("WIFI", 0.0),
                ("AIN", 1.0),
                ("LED", 1.0),
            )
        )
    ),
    ("IO_CONFIG_CHECK_FOR_FACTORY", 49000, UINT32, "R", 1.0),
    ("IO_CONFIG_SET_BOOTUP_TO_CURRENT", 49002, UINT32, "W", 0.0),
    ("IO_CONFIG_SET_BOOTUP_TO_FACTORY", 49004, UINT32, "W", 0.0),
    ("IO_CONFIG_CHECK_FOR_BOOTUP", 49018, UINT32, "R", 1.0),
    ("IO_CONFIG_CURRENT_CRC32", 49020, UINT32, "R", 0.0),
    *(
        (f"ETHERNET_{what}{when}", 49100 + place + shift, kind, "RW" if shift else "R", default)
        for when, shift in (("", 0), ("_DEFAULT", 50))
        for what, place, kind, default in (
            ("IP", 0, UINT32, 0.0),
            ("SUBNET", 2, UINT32, float(0xFFFFFF00)),
            ("GATEWAY", 4, UINT32, 0.0),
            ("DNS", 6, UINT32, 0.0),
            ("ALTDNS", 8, UINT32, 0.0),
            ("DHCP_ENABLE", 10, UINT16, 1.0),
        )
    ),
    ("ETHERNET_APPLY_SETTINGS", 49190, UINT32, "W", 0.0),
    ("LAST_ERR_DETAIL", 55000, UINT16, "R", 0.0),
    ("LAST_MB_ERR", 55001, UINT16, "R", 0.0),
    ("LAST_ERR_FRAME", 55002, UINT16, "R", 0.0),
    ("LAST_ERR_TRANSACTION_ID", 55003, UINT16, "R", 0.0),
    ("TEST", 55100, UINT32, "R", float(0x00112233)),
    ("TEST_UINT16", 55110, UINT16, "RW", float(0x0011)),
    ("TEST_UINT32", 55120, UINT32, "RW", float(0x00112233)),
    ("TEST_INT32", 55122, INT32, "RW", float(0x8899AABB - (1 << 32))),
    ("TEST_FLOAT32", 55124, FLOAT32, "RW", -9999.0),
    ("PRODUCT_ID", 60000, FLOAT32, "R", 7.0),
    ("HARDWARE_VERSION", 60002, FLOAT32, "R", 1.35),
    ("FIRMWARE_VERSION", 60004, FLOAT32, "R", 1.0315),
    ("BOOTLOADER_VERSION", 60006, FLOAT32, "R", 0.94),
    ("WIFI_VERSION", 60008, FLOAT32, "R", 0.0),
    ("HARDWARE_INSTALLED", 60010, UINT32, "R", 0.0),
    ("SERIAL_NUMBER", 60028, UINT32, "R", 0.0),
    ("ETHERNET_MAC", 60020, BYTE, "R", 0.0),
    ("TEMPERATURE_AIR_K", 60050, FLOAT32, "R", DEVICE_TEMPERATURE - 4.3 - 0.6),
    ("TEMPERATURE_DEVICE_K", 60052, FLOAT32, "R", DEVICE_TEMPERATURE),
    ("DEVICE_NAME_DEFAULT", 60500, STRING, "RW", 0.0),
    ("RTC_TIME_S", 61500, UINT32, "R", 0.0),
    ("SYSTEM_COUNTER_10KHZ", 61502, UINT32, "R", 0.0),
    ("RTC_SET_TIME_S", 61504, UINT32, "W", 0.0),
    ("RTC_TIME_CALENDAR", 61510, UINT16, "R", 0.0),
    ("CORE_TIMER", 61520, UINT32, "R", 0.0),
    ("SYSTEM_TIMER_20HZ", 61522, UINT32, "R", 0.0),
    ("DAC1_FREQUENCY_OUT_ENABLE", 61532, UINT32, "W", 0.0),
    ("WAIT_US_BLOCKING", 61590, UINT32, "RW", 0.0),
    ("WATCHDOG_ENABLE_DEFAULT", 61600, UINT32, "RW", 0.0),
    ("WATCHDOG_ADVANCED_DEFAULT", 61602, UINT32, "RW", 0.0),
    ("WATCHDOG_TIMEOUT_S_DEFAULT", 61604, UINT32, "RW", 0.0),
    ("WATCHDOG_STARTUP_DELAY_S_DEFAULT", 61606, UINT32, "RW", 0.0),
    ("WATCHDOG_STRICT_ENABLE_DEFAULT", 61610, UINT32, "RW", 0.0),
    ("WATCHDOG_STRICT_KEY_DEFAULT", 61612, UINT32, "RW", 0.0),
    ("WATCHDOG_STRICT_CLEAR", 61614, UINT32, "W", 0.0),
    ("WATCHDOG_RESET_ENABLE_DEFAULT", 61620, UINT32, "RW", 0.0),
    ("WATCHDOG_DIO_ENABLE_DEFAULT", 61630, UINT32, "RW", 0.0),
    ("WATCHDOG_DIO_STATE_DEFAULT", 61632, UINT32, "RW", 0.0),
    ("WATCHDOG_DIO_DIRECTION_DEFAULT", 61634, UINT32, "RW", 0.0),
    ("WATCHDOG_DIO_INHIBIT_DEFAULT", 61636, UINT32, "RW", 0.0),
    ("WATCHDOG_DAC0_ENABLE_DEFAULT", 61640, UINT32, "RW", 0.0),
    ("WATCHDOG_DAC0_DEFAULT", 61642, FLOAT32, "RW", 0.0),
    ("WATCHDOG_DAC1_ENABLE_DEFAULT", 61650, UINT32, "RW", 0.0),
    ("WATCHDOG_DAC1_DEFAULT", 61652, FLOAT32, "RW", 0.0),
    ("IO_CONFIG_SET_CURRENT_TO_FACTORY", 61990, UINT16, "W", 0.0),
    ("IO_CONFIG_SET_CURRENT_TO_BOOTUP", 61991, UINT16, "W", 0.0),
    ("SYSTEM_REBOOT", 61998, UINT32, "W", 0.0),
)

ALIASES = {
    "STREAM_OUT#_BUFFER_ALLOCATE_NUM_BYTES": "STREAM_OUT#_BUFFER_SIZE",
    "STREAM_OUT#_LOOP_NUM_VALUES": "STREAM_OUT#_LOOP_SIZE",
    "DIO#_EF_INDEX": "DIO#_EF_TYPE",
    "DIO#_EF_CLOCK_SOURCE": "DIO#_EF_OPTIONS",
    "DIO#_EF_CONFIG_A": "DIO#_EF_VALUE_A",
    "DIO#_EF_CONFIG_B": "DIO#_EF_VALUE_B",
    "DIO#_EF_CONFIG_C": "DIO#_EF_VALUE_C",
    "DIO#_EF_CONFIG_D": "DIO#_EF_VALUE_D",
}
"""Older names of families."""

BUFFERS = ("STREAM_OUT#_BUFFER_F32", "STREAM_OUT#_BUFFER_U16")
"""Families that take any number of values at one address."""

LEFT_OUT = (
    "SPI_", "I2C_", "ONEWIRE_", "ASYNCH_", "SBUS", "TDAC", "LUA_", "FILE_IO_", "INTERNAL_FLASH_",
    "WIFI_", "SNTP_", "USER_RAM_FIFO", "RTC_SET_TIME_SNTP", "AIN_ALL_NEGATIVE_RANGE", "LED_",
)  # fmt: skip
"""How the names of registers begin that a T7 has and the simulated one lacks."""
