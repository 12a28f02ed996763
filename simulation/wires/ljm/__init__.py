"""LabJack's library in front of simulated T7."""
