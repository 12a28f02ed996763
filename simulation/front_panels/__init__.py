"""What answers at the far end of each wire: the models' dialects, limits and quirks."""
