"""The same wires, ending in a circuit instead of in copper."""
