"""Front panels of the simulated instruments: the dialects of the real models."""
