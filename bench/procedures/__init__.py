"""How quantities are measured; procedures never judge."""
