"""The vocabulary and the one engine."""
