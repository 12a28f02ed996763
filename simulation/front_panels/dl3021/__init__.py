"""The Rigol DL3021."""
