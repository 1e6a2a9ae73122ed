"""The best-worst method: weights from comparing the best criterion with all others, and all others with the worst."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import Array, DomainError, InputError, frozen, index_of, refuse, shares_of, vector_of
from desktop.analysis.linear import INFINITY, Program, SolverError

THRESHOLDS = {
    2: (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    3: (0.1667, 0.1667, 0.1667, 0.1667, 0.1667, 0.1667, 0.1667),
    4: (0.1121, 0.1529, 0.1898, 0.2206, 0.2527, 0.2577, 0.2683),
    5: (0.1354, 0.1994, 0.2306, 0.2546, 0.2716, 0.2844, 0.2960),
    6: (0.1330, 0.1990, 0.2643, 0.3044, 0.3144, 0.3221, 0.3262),
    7: (0.1294, 0.2457, 0.2819, 0.3029, 0.3144, 0.3251, 0.3403),
    8: (0.1309, 0.2521, 0.2958, 0.3154, 0.3408, 0.3620, 0.3657),
    9: (0.1359, 0.2681, 0.3062, 0.3337, 0.3517, 0.3620, 0.3662),
}
"""Largest acceptable input-based consistency ratio for a_BW = 2..9, each for 3..9 criteria.

Liang, Brunelli & Rezaei 2020, table 3; taken from three transcriptions that agree, not from the paper itself.
"""


class UnclearEndError(InputError):
    """Several criteria may be the best or the worst, or none can be: `best` and `worst` must be given."""


@dataclass(frozen=True, eq=False)
class BestWorst:
    """Weights from best-worst judgements, and how well these agree with each other.

    weights: (n,) shares. xi: the largest error |w_B - a_Bj w_j| or |w_j - a_jW w_W|, near 0 = consistent. best, worst:
    the criteria taken as such. ratios: (n,) |a_Bj a_jW - a_BW| / (a_BW^2 - a_BW), all 0 if a_BW = 1. threshold: what
    the largest of them is compared with, None where none is published. contradictions: pairs (i, j) where i weighs more
    when compared with the best, and less when compared with the worst.
    """

    weights: Array
    xi: float
    best: int
    worst: int
    ratios: Array
    threshold: float | None
    contradictions: tuple[tuple[int, int], ...]

    @property
    def cr(self) -> float:
        """Input-based consistency ratio (Liang, Brunelli & Rezaei 2020): the largest of `ratios`, 0 = consistent."""
        return float(self.ratios.max())


def best_worst(
    best_to_others: ArrayLike, others_to_worst: ArrayLike, best: int | None = None, worst: int | None = None
) -> BestWorst:
    """Weights of n criteria: min xi s.t. |w_B - a_Bj w_j| <= xi, |w_j - a_jW w_W| <= xi for all j, sum w = 1, w >= 0.

    The linear model of Rezaei 2016. best_to_others: (n,) a_Bj, how many times the best outweighs j; others_to_worst:
    (n,) a_jW, how many times j outweighs the worst; all >= 1, and 1 for the best and the worst themselves. Where these
    are not given they are the one pair with a_BB = 1, a_WW = 1, and the same a_BW on both sides.
    Raises ShapeError, NotFiniteError, DomainError for a judgement below 1 or a given end that is none, UnclearEndError.
    """
    a_best = vector_of(best_to_others, "best_to_others").copy()
    a_worst = vector_of(others_to_worst, "others_to_worst", a_best.size).copy()
    for argument, judged in (("best_to_others", a_best), ("others_to_worst", a_worst)):
        refuse(judged < 1, DomainError, argument, "must be at least 1, not {}", judged)
    top, bottom = _ends(a_best, a_worst, best, worst)
    weights, xi = _solved(a_best, a_worst, top, bottom)
    ratios = _ratios(a_best, a_worst, float(a_best[bottom]))
    frozen(weights, ratios)
    threshold = threshold_of(a_best.size, float(a_best[bottom]))
    return BestWorst(weights, xi, top, bottom, ratios, threshold, _contradictions(a_best, a_worst))


def threshold_of(n: int, a_bw: float) -> float | None:
    """The largest acceptable ratio for n criteria and the judgement a_BW; None outside the table of the paper."""
    row = THRESHOLDS.get(int(a_bw)) if float(a_bw).is_integer() else None
    return row[n - 3] if row is not None and 3 <= n <= 9 else None


def _ends(a_best: Array, a_worst: Array, best: int | None, worst: int | None) -> tuple[int, int]:
    tops = _candidates(a_best, "best", best)
    bottoms = _candidates(a_worst, "worst", worst)
    if a_best.size == 1:
        return 0, 0
    if best is not None and best == worst:
        raise DomainError("worst", f"cannot be the best as well, {best}")
    pairs = [(b, w) for b in tops for w in bottoms if b != w and a_best[w] == a_worst[b]]
    if len(pairs) == 1:
        return pairs[0]
    if not pairs:
        raise UnclearEndError("best_to_others", "must judge the worst as others_to_worst judges the best")
    unclear = "best" if len({b for b, _ in pairs}) > 1 else "worst"
    raise UnclearEndError(unclear, f"may be any of {sorted({pair[unclear == 'worst'] for pair in pairs})}; say which")


def _candidates(judged: Array, argument: str, given: int | None) -> list[int]:
    if given is None:
        found = [int(place) for place in np.flatnonzero(judged == 1)]
        if not found:
            raise UnclearEndError(argument, "must be judged 1 against itself, and no criterion is")
        return found
    index_of(given, argument, judged.size)
    if judged[given] != 1:
        raise DomainError(argument, f"must be judged 1 against itself, not {judged[given]}", column=given)
    return [given]


def _solved(a_best: Array, a_worst: Array, best: int, worst: int) -> tuple[Array, float]:
    n = a_best.size
    from_best, to_worst = -np.diag(a_best), np.eye(n)
    from_best[:, best] += 1.0
    to_worst[:, worst] -= a_worst
    errors = np.vstack((from_best, to_worst))
    slack = np.ones((2 * n, 1))
    rows = np.vstack((np.hstack((errors, -slack)), np.hstack((-errors, -slack)), np.append(np.ones(n), 0.0)))
    low, high = np.full(4 * n + 1, -INFINITY), np.zeros(4 * n + 1)
    low[-1] = high[-1] = 1.0
    found = Program(rows, low, high).minimise(np.append(np.zeros(n), 1.0))
    if found is None:
        raise SolverError("no weights were found, though any weights with a large enough error would do")
    return shares_of(np.maximum(found.x[:n], 0.0)), max(0.0, found.value)


def _ratios(a_best: Array, a_worst: Array, a_bw: float) -> Array:
    if a_bw == 1:
        return np.zeros(a_best.size)
    ratios: Array = np.abs(a_best * a_worst - a_bw) / (a_bw * a_bw - a_bw)
    return ratios


def _contradictions(a_best: Array, a_worst: Array) -> tuple[tuple[int, int], ...]:
    """Pairs for which not (a_Bi - a_Bj)(a_jW - a_iW) >= 0."""
    ahead = np.subtract.outer(a_best, a_best) < 0
    behind = np.subtract.outer(a_worst, a_worst) < 0
    return tuple((int(i), int(j)) for i, j in np.argwhere(ahead & behind))
