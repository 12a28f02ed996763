"""The GW Instek PSW 80-13.5 and its twin, the Keithley 2260B-80-13."""
