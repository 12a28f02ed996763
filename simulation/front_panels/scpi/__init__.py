"""The SCPI side that all front panels share."""
