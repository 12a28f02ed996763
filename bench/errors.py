"""What can go wrong with a bench, its files and its safety; says nothing about a product."""


class BenchError(Exception):
    """Root of all errors of the bench itself."""


class ConfigError(BenchError):
    """A bench file, an option or the installation is wrong; says what, where and the remedy."""


class SpecError(BenchError):
    """A spec file is wrong; names the file, the clause and the key."""


class SafetyTrip(BenchError):
    """A stimulus was refused before it reached a wire."""


class NotRun(BenchError):
    """A case is left out for the reason that is said: nothing is wrong, and nothing was found."""
