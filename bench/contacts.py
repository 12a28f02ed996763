"""The contacts of a bench by role: which there are, which are closed, and how they change."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from bench.bench_file import BenchFile
from bench.errors import ConfigError
from instruments.clock import Clock
from instruments.instrument import Instrument
from instruments.relay import Relay, RelayBank


class Contacts:
    """Switches break before make, and only what ``check`` lets pass.

    ``check`` is called with the roles that would be closed, before each command, and raises
    SafetyTrip.
    """

    __slots__ = ("__banks", "_are_known", "_check", "_clock", "_closed", "_file", "_roles")

    def __init__(
        self,
        file: BenchFile,
        instruments: Mapping[str, Instrument],
        clock: Clock,
        check: Callable[[frozenset[str]], None],
    ) -> None:
        self._file = file
        self._clock = clock
        self._check = check
        self._roles = frozenset(_relay_roles(file, instruments))
        self.__banks = _banks_of(self._roles, file, instruments)
        self._closed: frozenset[str] = frozenset()
        self._are_known = True

    @property
    def roles(self) -> frozenset[str]:
        """Return the roles that are played by a contact."""
        return self._roles

    @property
    def closed(self) -> frozenset[str]:
        """Return the roles of the contacts that are closed."""
        return self._closed

    @property
    def are_known(self) -> bool:
        """Return whether the last command went well, so that ``closed`` is certain."""
        return self._are_known

    def known(self, roles: Collection[str]) -> Collection[str]:
        """Return ``roles``; raises ConfigError when one of them is played by no contact."""
        unknown = {*roles} - self._roles
        if unknown:
            raise ConfigError(
                f"{self._file.path}: no relay plays the role '{min(unknown)}'; wire one"
            )
        return roles

    def switch_to(self, target: Collection[str]) -> None:
        """Close exactly the contacts in ``target``, breaking before making, then settle."""
        after = frozenset(target)
        if after == self._closed and self._are_known:
            return
        self._check(after)
        kept = self._closed & after
        if kept != self._closed or not self._are_known:
            self._energise(kept)
        if kept != after:
            self._energise(after)
        self._clock.sleep(self._file.relay_settle)

    def note_safe(self, unsafe: Collection[str]) -> None:
        """Take note that all contacts were released but for those of instruments in ``unsafe``."""
        self._are_known = self.__banks.keys().isdisjoint(unsafe)
        if self._are_known:
            self._closed = frozenset()

    def _energise(self, roles: frozenset[str]) -> None:
        self._check(roles)
        self._closed = roles
        self._are_known = False  # a command that fails half way may have moved contacts
        for name, bank in self.__banks.items():
            rows = (self._file.wiring[role] for role in roles)
            bank.energise_only(row.terminal for row in rows if row.instrument == name)
        self._are_known = True


def _relay_roles(file: BenchFile, instruments: Mapping[str, Instrument]) -> Iterator[str]:
    for role, row in file.wiring.connections.items():
        bank = instruments[row.instrument]
        if isinstance(bank, RelayBank) and isinstance(bank.terminal(row.terminal), Relay):
            yield role


def _banks_of(
    contacts: Iterable[str], file: BenchFile, instruments: Mapping[str, Instrument]
) -> Mapping[str, RelayBank]:
    """Return the instruments that have one of ``contacts``; others have nothing to switch."""
    names = {file.wiring[role].instrument for role in contacts}
    return {
        name: bank
        for name, bank in instruments.items()
        if name in names and isinstance(bank, RelayBank)
    }
