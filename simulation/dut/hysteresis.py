"""A limit that is reached at one value and left at another."""


class Limit:
    """Tells whether a value is beyond ``reached``; once it was, until it is back at ``left``.

    ``left`` above ``reached`` makes a lower limit, which a value falls below; else an upper one,
    which a value reaches by equality too if ``inclusive``.
    """

    __slots__ = ("_inclusive", "_left", "_reached", "is_reached")

    def __init__(self, reached: float, left: float, *, inclusive: bool = False) -> None:
        self._reached = reached
        self._left = left
        self._inclusive = inclusive
        self.is_reached = False

    def take(self, value: float) -> bool:
        """Take a value in and return whether it is beyond the limit."""
        level = self._left if self.is_reached else self._reached
        if self._left > self._reached:
            self.is_reached = value < level
        else:
            self.is_reached = value > level or (self._inclusive and value == level)
        return self.is_reached

    def forget(self) -> None:
        """Start anew, as after a power cycle."""
        self.is_reached = False
