"""The simulated devices under test and their batteries."""
