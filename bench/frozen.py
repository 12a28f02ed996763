"""Copies of a bench's tables that nobody can change while it is open."""

from dataclasses import replace
from types import MappingProxyType

from bench.bench_file import BenchFile
from bench.spec import Device


def frozen_device(device: Device) -> Device:
    """Return a copy whose tables cannot be changed: limits are not a matter of opinion."""
    return replace(
        device,
        ratings=MappingProxyType(dict(device.ratings)),
        absolute_maximum=MappingProxyType(dict(device.absolute_maximum)),
    )


def frozen_file(file: BenchFile) -> BenchFile:
    """Return a copy whose wiring cannot be changed."""
    connections = MappingProxyType(dict(file.wiring.connections))
    return replace(file, wiring=replace(file.wiring, connections=connections))
