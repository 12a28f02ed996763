"""The wires that drivers talk through, over the vendors' own libraries."""
