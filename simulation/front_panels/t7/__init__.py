"""The LabJack T7."""
