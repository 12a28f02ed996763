"""A simulated bench on loopback ports, used by a client that knows nothing of this project."""

import pytest
from rig import ROOT, spec

from bench.assembly import served_bench
from bench.errors import ConfigError


def test_a_foreign_client_powers_the_device_over_tcp():
    import pyvisa

    with served_bench(ROOT / "benches" / "simulated.toml", spec().device) as ports:
        manager = pyvisa.ResourceManager("@py")
        supply = manager.open_resource(
            f"TCPIP0::127.0.0.1::{ports['supply']}::SOCKET",
            read_termination="\n",
            write_termination="\n",
        )
        try:
            assert "PSW80-13.5" in supply.query("*IDN?")
            assert supply.query("OUTP?") == "0"
            supply.write("APPL 12.8,1.0;:OUTP 1")
            while float(supply.query("MEAS:VOLT?")) < 12.7:
                pass
            assert supply.query("SYST:ERR?").startswith("+0")
        finally:
            supply.close()
            manager.close()


def test_a_bench_in_copper_is_not_served():
    with (
        pytest.raises(ConfigError, match="nothing to serve"),
        served_bench(ROOT / "benches" / "reference.toml", spec().device),
    ):
        pass
