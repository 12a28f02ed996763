"""Load the bench's plugin also where the project is not installed."""

pytest_plugins = ["fixtures.plugin"]
