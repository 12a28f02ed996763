"""The vendors' own libraries, ending in front panels instead of in copper."""
