"""Name the SI unit of a float in signatures: ``voltage: Volt``."""

Volt = float
Ampere = float
Ohm = float
Watt = float
Farad = float
Hertz = float
Second = float
Kelvin = float
DegreeCelsius = float
