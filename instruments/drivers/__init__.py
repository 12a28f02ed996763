"""One driver family a file."""
