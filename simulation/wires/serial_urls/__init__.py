"""URL handlers that pyserial finds by name."""
