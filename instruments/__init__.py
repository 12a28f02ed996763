"""Contracts, drivers and wires of the instruments; usable alone in a REPL."""
