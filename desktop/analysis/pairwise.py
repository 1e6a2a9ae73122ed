"""Weights from pairwise comparisons: the analytic hierarchy process (AHP), for one judge and for several."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import (
    Array,
    DomainError,
    Flags,
    InputError,
    NotFiniteError,
    ShapeError,
    WeightError,
    matrix_of,
    numbers_of,
    positive_of,
    refuse,
    shares_of,
    whole_of,
)

Method = Literal["eigenvector", "geometric"]
Mode = Literal["ideal", "distributive"]

RANDOM_INDEX_SOURCE = "Saaty 1980"
RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
"""Mean consistency index of random judgements on n = 1..15 things, as RANDOM_INDEX_SOURCE tabulates it."""

ACCEPTABLE = 0.10
"""Saaty's bound on the consistency ratio."""

RECIPROCAL = 1e-6
"""How far a_ij a_ji may be from 1."""

LARGEST = 1e9
"""Judgements lie between 1 / LARGEST and LARGEST, which keeps every sum finite."""

_SETTLED = 1e-14
_TAME = 1e4
_WIDEST = 300.0


class DisconnectedError(InputError):
    """The judgements fall into groups that nothing compares with each other. `groups` holds their members' indices."""

    def __init__(self, argument: str, groups: tuple[tuple[int, ...], ...]) -> None:
        named = " and ".join("(" + ", ".join(str(member) for member in group) + ")" for group in groups)
        super().__init__(argument, f"must compare the groups {named} with each other")
        self.groups = groups


@dataclass(frozen=True)
class Revisit:
    """The judgement that fits the others least: `given` = a_ij is too high for the weights.

    `unrounded` = w_i / w_j is what the weights say, `suggested` the nearest step, by ratio, of Saaty's scale 1/9..9; it
    may be the given one, when the scale has nothing closer.
    """

    i: int
    j: int
    given: float
    suggested: float
    unrounded: float


@dataclass(frozen=True, eq=False)
class Ahp:
    """Weights from judgements, and how well these agree with each other.

    judgements: (n, n), a_ij = how many times i outweighs j, NaN = not judged. weights: (n,) shares.
    lambda_max: principal eigenvalue, >= n; of an incomplete matrix the least that any completion of it has (Bozoki,
    Fulop & Ronyai 2010). missing: number of pairs not judged.
    """

    judgements: Array
    weights: Array
    lambda_max: float
    method: Method
    missing: int = 0

    @property
    def size(self) -> int:
        """Number of things compared."""
        return self.weights.size

    @property
    def ci(self) -> float:
        """Consistency index (lambda_max - n) / (n - 1), Saaty 1977; 0 for n = 1."""
        return (self.lambda_max - self.size) / max(1, self.size - 1)

    @property
    def cr(self) -> float:
        """Consistency ratio CI / RI (Saaty 1977), acceptable up to 0.10; 0 for n <= 2, Alonso & Lamata's for n > 15.

        The random index of an incomplete matrix is RI times the share of the redundant comparisons that were made,
        1 - 2 missing / ((n - 1)(n - 2)) (Agoston & Csato 2022, a linear fit to their table); with none of them made
        nothing can contradict, and the ratio is 0.
        """
        redundant = (self.size - 1) * (self.size - 2) // 2
        if redundant <= self.missing:
            return 0.0
        return self.ci / (random_index(self.size) * (1.0 - self.missing / redundant))

    @property
    def cr_alonso_lamata(self) -> float | None:
        """(lambda_max - n) / (2.7699 n - 4.3513 - n), Alonso & Lamata 2006; 0 for n <= 2, None if incomplete."""
        if self.missing:
            return None
        return 0.0 if self.size <= 2 else (self.lambda_max - self.size) / _alonso_lamata(self.size)

    @cached_property
    def gci(self) -> float | None:
        """Geometric consistency index 2 / ((n - 1)(n - 2)) sum_{i<j} ln^2(a_ij w_j / w_i), of geometric-mean weights.

        Aguaron & Moreno-Jimenez 2003; 0 for n <= 2, None if incomplete.
        """
        if self.missing:
            return None
        if self.size <= 2:
            return 0.0
        residuals = _residuals(self.judgements, _log_weights(self.judgements))
        return float((residuals**2).sum() / ((self.size - 1) * (self.size - 2)))

    @property
    def gci_threshold(self) -> float | None:
        """The GCI that goes with a CR of 0.10: .31, .35, .37 for n = 3, 4, more; None for n <= 2."""
        return None if self.size <= 2 else {3: 0.31, 4: 0.35}.get(self.size, 0.37)

    @cached_property
    def revisit(self) -> Revisit | None:
        """The judgement with the largest a_ij w_j / w_i, None where every one fits the weights."""
        # Weights that underflow leave no ratio to speak of.
        if not (self.weights > 0).all():
            return None
        residuals = np.nan_to_num(_residuals(self.judgements, np.log(self.weights)), nan=0.0)
        i, j = (int(place) for place in np.unravel_index(residuals.argmax(), residuals.shape))
        if residuals[i, j] <= RECIPROCAL:
            return None
        ratio = float(self.weights[i] / self.weights[j])
        return Revisit(i, j, float(self.judgements[i, j]), on_scale(ratio), ratio)


def ahp(judgements: ArrayLike, method: Method = "eigenvector") -> Ahp:
    """Weights of n things from an (n, n) matrix of judgements, a_ij a_ji = 1, and their consistency.

    NaN on both sides of a pair = not judged. "eigenvector": A w = lambda_max w (Saaty 1977); where judgements are
    missing, of the matrix with 0 in their place and 1 + their number in the row on the diagonal (Harker 1987).
    "geometric": w_i = (prod_j a_ij)^(1/n) over their sum (Crawford & Williams 1985); where judgements are missing,
    least squares of the logarithms of the others (Bozoki, Fulop & Ronyai 2010).
    Raises ShapeError unless square; NotFiniteError for an infinity; DomainError for a judgement that is not positive,
    beyond 1e9 or 1e-9, or not the reciprocal of its mirror image, and for another method; DisconnectedError.
    """
    if method not in ("eigenvector", "geometric"):
        raise DomainError("method", f"must be eigenvector or geometric, not {method}")
    table, is_tame = _checked(judgements)
    weights, lambda_max, missing = (*_by_squaring(table), 0) if is_tame else _with_care(table)
    if method == "geometric":
        weights = _shares_of_logs(_log_weights(table))
    table.setflags(write=False)
    weights.setflags(write=False)
    return Ahp(table, weights, max(float(weights.size), lambda_max), method, missing)


def random_index(n: int) -> float:
    """Mean consistency index of random judgements: Saaty's (1980) table up to 15, Alonso & Lamata's (2006) line above.

    Raises DomainError for n that is no whole number above 0.
    """
    whole_of(n, "n")
    return RANDOM_INDEX[n - 1] if n <= len(RANDOM_INDEX) else _alonso_lamata(n) / (n - 1)


def on_scale(ratio: float) -> float:
    """The step of Saaty's scale 1/9, 1/8, .. 1, .. 9 nearest to a positive ratio, by ratio. Raises DomainError."""
    steps = np.arange(1.0, 10.0)
    step = float(steps[np.abs(np.log(steps) - abs(np.log(positive_of(ratio, "ratio")))).argmin()])
    return step if ratio >= 1 else 1.0 / step


def aggregate_judgements(judgements: ArrayLike, judges: ArrayLike | None = None) -> Array:
    """(n, n) judgements of a group: the geometric mean of the judges', (p, n, n), element by element (AIJ).

    judges: (p,) how much each judge counts, equal by default. The only mean that keeps a_ij a_ji = 1 (Aczel & Saaty
    1983). A pair that some did not judge is the mean of the others', and stays NaN where nobody that counts did.
    Raises as `ahp`, but does not ask for connected judgements; `row` is then a row of the judge's matrix.
    """
    matrices = numbers_of(judgements, "judgements")
    if matrices.ndim != 3 or not matrices.size:
        raise ShapeError("judgements", f"must be judges by things by things, not of shape {matrices.shape}")
    counts = _counts(judges, len(matrices))
    logs = np.log(np.array([_checked(matrix)[0] for matrix in matrices]))
    voices = np.where(np.isnan(logs), 0.0, counts[:, None, None])
    heard = voices.sum(axis=0)
    total = (voices * np.nan_to_num(logs, nan=0.0)).sum(axis=0)
    mean: Array = np.exp(np.divide(total, heard, out=np.full(heard.shape, np.nan), where=heard > 0))
    return mean


def aggregate_priorities(weights: ArrayLike, judges: ArrayLike | None = None) -> Array:
    """(n,) weights of a group: the geometric mean of the judges' weights, (p, n), over its sum (AIP).

    judges: (p,) how much each judge counts, equal by default (Forman & Peniwati 1998). Raises as `matrix_of`, as
    `shares_of` for the judges, and DomainError for a weight that is not positive.
    """
    table = matrix_of(weights, "weights")
    refuse(table <= 0, DomainError, "weights", "must be positive, not {}", table)
    return _shares_of_logs(_counts(judges, len(table)) @ np.log(table))


def synthesise(local_weights: ArrayLike, criteria_weights: ArrayLike, mode: Mode = "ideal") -> Array:
    """(m,) overall priorities, summing to 1, from the options' priorities under each criterion, (m, n) non-negative.

    "distributive": each column over its sum, so that an option added takes from all; "ideal": over its maximum (Saaty
    1994). Both can reverse ranks when an option is added or dropped. Raises as `matrix_of`, as `shares_of` for the
    criteria, WeightError for a negative priority or a column of zeros, DomainError for another mode.
    """
    if mode not in ("ideal", "distributive"):
        raise DomainError("mode", f"must be ideal or distributive, not {mode}")
    table = matrix_of(local_weights, "local_weights")
    refuse(table < 0, WeightError, "local_weights", "must not be negative, not {}", table)
    best = table.max(axis=0)
    refuse(best <= 0, WeightError, "local_weights", "must not all be 0")
    columns = table / best
    if mode == "distributive":
        columns /= columns.sum(axis=0)
    return shares_of(columns @ shares_of(criteria_weights, table.shape[1], "criteria_weights"))


def _alonso_lamata(n: int) -> float:
    return 2.7699 * n - 4.3513 - n


def _counts(judges: ArrayLike | None, size: int) -> Array:
    return shares_of(np.ones(size) if judges is None else judges, size, "judges")


def _checked(judgements: ArrayLike) -> tuple[Array, bool]:
    """A copy of the judgements, and whether all were made and none is so large that its powers might overflow."""
    table = np.array(numbers_of(judgements, "judgements"))
    if table.ndim != 2 or not table.size or table.shape[0] != table.shape[1]:
        raise ShapeError("judgements", f"must be a square matrix, not of shape {table.shape}")
    # argmax finds a NaN first, and then nothing here is true.
    if table.item(table.argmin()) > 0.0 and table.item(table.argmax()) * len(table) <= _TAME:
        products = (table * table.T).ravel()
        products -= 1.0
        if products.dot(products) <= RECIPROCAL**2:
            return table, True
    _check_closely(table)
    return table, False


def _check_closely(table: Array) -> None:
    """Raises for the first judgement that cannot stand, and lets the others pass; a NaN on the diagonal becomes 1."""
    np.fill_diagonal(table, np.where(np.isnan(table.diagonal()), 1.0, table.diagonal()))
    refuse(np.isinf(table), NotFiniteError, "judgements", "must be a finite number, not {}", table)
    refuse(table <= 0, DomainError, "judgements", "must be positive, not {}", table)
    logs = np.log(table)
    wild = np.abs(logs) > np.log(LARGEST) + RECIPROCAL
    refuse(wild, DomainError, "judgements", "must lie between 1e-9 and 1e9, not {}", table)
    gaps = np.isnan(table)
    refuse(gaps & ~gaps.T, DomainError, "judgements", "is not judged, but its mirror image is")
    unlike = np.abs(logs + logs.T) > RECIPROCAL
    refuse(unlike, DomainError, "judgements", "is {}, not the reciprocal of its mirror image", table)


def _principal(table: Array) -> tuple[Array, float]:
    """(eigenvector as shares, eigenvalue) of a primitive non-negative matrix, the principal ones (Perron 1907)."""
    return _by_squaring(table) if table.max() * len(table) <= _TAME else _by_scaling(table)


def _by_squaring(table: Array) -> tuple[Array, float]:
    """`_principal` by comparing the first column of A^16 with that of A^32, whose error is the first one's squared.

    Sums and products of non-negative numbers alone keep small weights as precise as large ones.
    """
    power = table.dot(table)
    power = power.dot(power)
    power = power.dot(power)
    power = power.dot(power)
    column = power[:, 0]
    found = power.dot(column)
    if not _parallel(column, found):
        return _by_scaling(table)
    found /= found.sum()
    return found, float(table[0].dot(found)) / found.item(0)


def _parallel(first: Array, second: Array) -> bool:
    both = float(first.dot(second))
    lengths = float(first.dot(first)) * float(second.dot(second))
    return 1.0 - both / lengths * both < _SETTLED


def _by_scaling(table: Array) -> tuple[Array, float]:
    """`_principal` for judgements so far apart, or so few, that the 32nd power may overflow or has not settled."""
    logs = _log_weights(np.where(table > 0, table, np.nan))
    with np.errstate(divide="ignore"):
        balanced = np.log(table) + logs[None, :] - logs[:, None]
    power = np.exp(balanced - balanced.max())
    for _ in range(64):
        power = power.dot(power)
        power /= power.max()
        column = power.sum(axis=1)
        found = power.dot(column)
        if _parallel(column, found):
            break
    weights = _shares_of_logs(np.log(np.maximum(found, np.finfo(np.float64).tiny)) + logs)
    at = int(weights.argmax())
    return weights, float(table[at].dot(weights)) / weights.item(at)


def _with_care(table: Array) -> tuple[Array, float, int]:
    """(weights, lambda_max, number of pairs not judged) by the eigenvector, of an incomplete or a wild matrix."""
    gaps = np.isnan(table)
    if not gaps.any():
        return *_principal(table), 0
    _refuse_groups(~gaps)
    harker = np.where(gaps, 0.0, table)
    harker[np.diag_indices_from(harker)] += gaps.sum(axis=1)
    weights, _ = _principal(harker)
    return weights, _least_lambda(table), int(gaps.sum()) // 2


def _least_lambda(table: Array) -> float:
    """Least principal eigenvalue over all completions of the matrix.

    Convex in the logarithms of the missing judgements; at the least each of them is sqrt(v_j w_i / (v_i w_j)), v the
    left and w the right eigenvector (Bozoki, Fulop & Ronyai 2010), which is iterated from the geometric-mean weights.
    """
    gaps = np.isnan(table)
    logs = _log_weights(table)
    least = np.inf
    for _ in range(2000):
        filled = np.where(gaps, np.exp(np.clip(logs[:, None] - logs[None, :], -_WIDEST, _WIDEST)), table)
        right, found = _principal(filled)
        if found >= least - 1e-12 * least:
            break
        least = found
        left, _ = _principal(filled.T)
        logs = 0.5 * (np.log(right) - np.log(left))
    return least


def _refuse_groups(known: Flags) -> None:
    """Raises DisconnectedError unless every thing is compared with every other, if only through others."""
    left, groups = set(range(len(known))), []
    while left:
        group, fresh = set(), {min(left)}
        while fresh:
            group |= fresh
            fresh = {int(j) for i in fresh for j in np.flatnonzero(known[i])} - group
        groups.append(tuple(sorted(group)))
        left -= group
    if len(groups) > 1:
        raise DisconnectedError("judgements", tuple(groups))


def _log_weights(table: Array) -> Array:
    """(n,) logarithms of the weights, with mean 0, that fit those of the known judgements best in least squares.

    L y = b, L the Laplacian of the graph of judgements, b_i = sum_j ln a_ij; complete, y is the mean of a row.
    """
    logs = np.log(table)
    known = ~np.isnan(logs)
    if known.all():
        mean: Array = logs.mean(axis=1)
        return mean
    laplacian = np.diag(known.sum(axis=1).astype(np.float64)) - known
    solved: Array = np.linalg.solve(laplacian + 1.0, np.nan_to_num(logs, nan=0.0).sum(axis=1))
    return solved


def _residuals(table: Array, logs: Array) -> Array:
    """(n, n) ln(a_ij w_j / w_i); NaN where not judged."""
    found: Array = np.log(table) + logs[None, :] - logs[:, None]
    return found


def _shares_of_logs(logs: Array) -> Array:
    weights = np.exp(logs - logs.max())
    shares: Array = weights / weights.sum()
    return shares
