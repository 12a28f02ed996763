"""URL handlers for pyserial; this package is listed in ``serial.protocol_handler_packages``."""
