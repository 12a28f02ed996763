"""In-process ends of the wires: VISA, serial, LJM."""
