"""The natural modes of a circuit with capacitors: how it comes to rest between two events.

The voltages of the nets with capacitors obey C dv/dt = -G v + b. In its modes each part of the
way to the steady state dies as one exponential, so any time is reached in one exact step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from instruments.units import Ampere, Farad, Second, Volt
from simulation.beginning import Begin, Gone, plan

Matrix = list[list[float]]

INSTANT: Second = 1e-9
"""A net that settles faster than this follows at once; its charge goes to the nets that hold it."""
NEVER: Second = 1e-13
"""The same where even the fastest way matters; the clock does not resolve less."""

_SLOWEST = 1e-30  # [1/s]; a rate of 0 would need a case of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Modes:
    """The modes of one set of conductances and capacitances; rows over the capacitor nets.

    ``gone`` are the nets that follow at once: net, conductance, and its share of the others.
    A rate is negative where a constant power load outweighs all conductances: it runs away.
    ``begin`` and its ``numbers`` say how the modes begin, see `beginning`.
    """

    rates: tuple[float, ...]
    shapes: tuple[tuple[float, ...], ...]
    weights: tuple[tuple[float, ...], ...]
    gone: tuple[Gone, ...]
    begin: Begin
    numbers: tuple[float, ...]

    def start(
        self, held: Sequence[Volt], injected: Sequence[Ampere]
    ) -> tuple[tuple[Volt, ...], tuple[float, ...]]:
        """Return the voltages [V] just after ``held`` and the way that each mode has to go.

        ``injected`` are the currents into the nets [A]. A way times the mode's shape is in volts.
        """
        return self.begin(self.numbers, held, injected)


def modes(conductance: Matrix, capacitance: Matrix, instant: Second = INSTANT) -> Modes:
    """Return the modes of nets with these conductances [S] and capacitances [F].

    ``conductance[i][j]`` joins nets i and j, ``conductance[i][i]`` net i and ground;
    ``capacitance`` is the symmetric positive definite matrix C. One row and column a net. What is
    faster than ``instant`` [s] follows at once.
    """
    size = len(conductance)
    slow, gone, small_g, small_c = _reduce(conductance, capacitance, instant)
    lower = _cholesky(small_c)
    rates, vectors = _jacobi(_scale(small_g, lower))
    shapes: list[tuple[float, ...]] = []
    weights: list[tuple[float, ...]] = []
    coupled = [[(i, c) for i, c in enumerate(row) if c] for row in capacitance]  # a net or two
    for k in range(len(slow)):
        shape = [0.0] * size
        for net, value in zip(slow, _backward(lower, [row[k] for row in vectors]), strict=True):
            shape[net] = value
        for net, _, ratio in reversed(gone):
            shape[net] = sum([r * shape[i] for i, r in ratio])
        shapes.append(tuple(shape))
        weights.append(tuple([sum([c * shape[i] for i, c in row]) for row in coupled]))
    rates = [rate if abs(rate) > _SLOWEST else _SLOWEST for rate in rates]
    begin, numbers = plan(size, rates, shapes, weights, gone, instant)
    return Modes(
        rates=tuple(rates),
        shapes=tuple(shapes),
        weights=tuple(weights),
        gone=tuple(gone),
        begin=begin,
        numbers=numbers,
    )


def _reduce(
    conductance: Matrix, capacitance: Matrix, instant: Second
) -> tuple[list[int], list[Gone], Matrix, Matrix]:
    """Take out nets that settle at once; return the nets left, those gone, and the G and C left."""
    size = len(conductance)
    g = [row.copy() for row in conductance]
    c = [row.copy() for row in capacitance]
    slow = list(range(size))
    gone: list[Gone] = []
    while slow:
        total = {i: sum([g[i][j] for j in slow]) for i in slow}
        net = max(slow, key=lambda i: total[i] / c[i][i])
        if total[net] * instant <= c[net][net]:
            break
        slow.remove(net)
        ratio = tuple((i, g[net][i] / total[net]) for i in slow)
        gone.append((net, total[net], ratio))
        for i, r in ratio:
            g[i][i] += g[net][net] * r
            for j, q in ratio:
                if i != j:
                    g[i][j] += g[net][i] * q
        before = [row.copy() for row in c]
        for i, r in ratio:
            for j, q in ratio:
                c[i][j] += r * before[net][j] + q * before[i][net] + r * q * before[net][net]
    small_g = [[sum([g[i][k] for k in slow]) if i == j else -g[i][j] for j in slow] for i in slow]
    return slow, gone, small_g, [[c[i][j] for j in slow] for i in slow]


def _cholesky(matrix: Matrix) -> Matrix:
    lower: Matrix = [[0.0] * len(matrix) for _ in matrix]
    for i, row in enumerate(matrix):
        for j in range(i + 1):
            rest = row[j] - sum([lower[i][k] * lower[j][k] for k in range(j)])
            lower[i][j] = sqrt(rest) if i == j else rest / lower[j][j]
    return lower


def _forward(lower: Matrix, right: Sequence[float]) -> list[float]:
    """Solve L x = right."""
    x: list[float] = []
    for row, value in zip(lower, right, strict=True):
        x.append((value - sum([a * b for a, b in zip(row, x, strict=False)])) / row[len(x)])
    return x


def _backward(lower: Matrix, right: Sequence[float]) -> list[float]:
    """Solve L^T x = right."""
    size = len(lower)
    x = list(right)
    for i in reversed(range(size)):
        x[i] = (x[i] - sum([lower[k][i] * x[k] for k in range(i + 1, size)])) / lower[i][i]
    return x


def _scale(matrix: Matrix, lower: Matrix) -> Matrix:
    """Return L^-1 M L^-T."""
    half = [_forward(lower, row) for row in matrix]  # rows of M L^-T, M being symmetric
    columns = [_forward(lower, [row[j] for row in half]) for j in range(len(matrix))]
    return [list(row) for row in zip(*columns, strict=True)]


def _jacobi(matrix: Matrix) -> tuple[list[float], Matrix]:
    """Return the eigenvalues and the eigenvectors (in columns) of a symmetric matrix.

    Jacobi rotations keep the relative accuracy of small eigenvalues beside large ones
    (Demmel and Veselic 1992), which a library's norm-wise method does not: a net that discharges
    in hours sits beside one that does in nanoseconds.
    """
    size = len(matrix)
    a = [row.copy() for row in matrix]
    v = [[1.0 if i == j else 0.0 for j in range(size)] for i in range(size)]
    for _ in range(60):
        turned = False
        for p in range(size):
            for q in range(p + 1, size):
                apq = a[p][q]
                if abs(apq) <= 1e-16 * sqrt(abs(a[p][p] * a[q][q])):
                    continue
                turned = True
                theta = (a[q][q] - a[p][p]) / (2.0 * apq)
                t = (1.0 if theta >= 0.0 else -1.0) / (abs(theta) + sqrt(theta * theta + 1.0))
                cos = 1.0 / sqrt(t * t + 1.0)
                sin = t * cos
                a[p][p] -= t * apq
                a[q][q] += t * apq
                a[p][q] = a[q][p] = 0.0
                for k in range(size):
                    if k not in (p, q):
                        akp, akq = a[k][p], a[k][q]
                        a[k][p] = a[p][k] = cos * akp - sin * akq
                        a[k][q] = a[q][k] = sin * akp + cos * akq
                    vkp, vkq = v[k][p], v[k][q]
                    v[k][p] = cos * vkp - sin * vkq
                    v[k][q] = sin * vkp + cos * vkq
        if not turned:
            break
    return [a[i][i] for i in range(size)], v


def matrix_of(size: int, capacitors: Sequence[tuple[int, int, Farad]], stray: Farad) -> Matrix:
    """Return C for capacitors between nets numbered from 0, -1 being ground [F].

    A net without capacitor to ground gets ``stray``, so that C can be inverted.
    """
    c = [[0.0] * size for _ in range(size)]
    grounded = [False] * size
    for a, b, farads in capacitors:
        for i, j in ((a, b), (b, a)):
            if i >= 0 and a != b:
                c[i][i] += farads
                if j >= 0:
                    c[i][j] -= farads
                else:
                    grounded[i] = True
    for i in range(size):
        if not grounded[i]:
            c[i][i] += stray
    return c
