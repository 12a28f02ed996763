"""The Keysight DAQ970A with its DAQM901A."""
