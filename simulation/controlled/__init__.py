"""Devices that the outputs of a unit control: their remote inputs, and what they then switch."""
