"""Any two parts of the value tree against each other: what each option is worth on both, and which none beats there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from db.study.model import Criterion, Direction, Id, Scale, Study
from desktop.analysis.arrays import TIE, Array, Flags, Ranks
from desktop.analysis.dominance import dominated
from desktop.analysis.pareto import efficient_frontier
from desktop.evaluation import Result, value_of
from desktop.questions.firmness import Firmness
from desktop.questions.plausible import MOST_OPTIONS, Spans

NINE_IN_TEN = 1.6448536269514722
"""Standard deviations to either side of the mean that hold nine tenths of a normal law."""
PLACES = 9
"""Digits kept of a value 0..100: sums that differ by rounding alone are the same."""
_COST = re.compile(r"\b(costs?|prices?|expenses?|expenditures?|spending|budgets?|fees?)\b", re.IGNORECASE)
_MONEY = re.compile(r"[$€£¥₴₹₽]|\b(USD|EUR|GBP|CHF|JPY|UAH|CAD|AUD)\b")
_FINE = 2_001


@dataclass(frozen=True)
class Side:
    """What an axis shows: a branch or leaf, or everything but it; `in_unit` asks for a leaf's own unit."""

    node: Id
    is_rest: bool = False
    in_unit: bool = False


def sides_of(study: Study) -> tuple[tuple[int, Criterion], ...]:
    """(depth, node) of the tree that can stand on an axis: with some of the leaves below it, and some not."""
    total = len(study.leaves())
    return tuple((depth, node) for depth, node in study.walk() if 0 < len(_leaves(study, node)) < total)


def leaves_of(study: Study, side: Side) -> tuple[Criterion, ...]:
    """The leaves that count on a side, in the order of the tree. Raises KeyError for a node that is gone."""
    own = _leaves(study, study.criterion(side.node))
    return tuple(leaf for leaf in study.leaves() if leaf not in own) if side.is_rest else own


def name_of(study: Study, side: Side) -> str:
    """What a side is called."""
    name = study.criterion(side.node).name
    return f"Everything but {name}" if side.is_rest else name


def unit_of(study: Study, side: Side) -> str:
    """The unit in which a side of one leaf can be shown; "" where there is none, or no way back from value to score."""
    leaves = leaves_of(study, side)
    scale = leaves[0].scale if len(leaves) == 1 else None
    return "" if scale is None or _inverse(scale) is None else scale.unit or "score"


def is_cost(node: Criterion) -> bool:
    """Whether a criterion speaks of money to be spent: by its name, or by a currency of which less is better."""
    if _COST.search(node.name):
        return True
    scale = node.scale
    return scale is not None and scale.direction is Direction.LOWER and _MONEY.search(scale.unit) is not None


def usual_sides(study: Study, result: Result) -> tuple[Side, Side] | None:
    """(across, up): cost against everything else; without a cost the heaviest branch against the rest.

    The cost is the first in the tree that `is_cost`, a branch before its leaves; one leaf in its own unit where that
    is money. None with fewer than two criteria.
    """
    sides = sides_of(study)
    if not sides:
        return None
    cost = next((node for _, node in sides if is_cost(node)), None)
    if cost is None:
        cost = _heaviest(study, result, sides)
    leaves = _leaves(study, cost)
    is_money = len(leaves) == 1 and _MONEY.search(unit_of(study, Side(cost.id))) is not None
    return Side(cost.id, in_unit=is_money), Side(cost.id, is_rest=True)


def _heaviest(study: Study, result: Result, sides: tuple[tuple[int, Criterion], ...]) -> Criterion:
    columns = result.table.columns
    top = min(depth for depth, _ in sides)
    branches = [node for depth, node in sides if depth == top]
    return max(branches, key=lambda node: sum(result.shares[columns[leaf.id]] for leaf in _leaves(study, node)))


def _leaves(study: Study, node: Criterion) -> tuple[Criterion, ...]:
    return (node,) if node.is_leaf else study.leaves(node.id)


@dataclass(frozen=True, eq=False)
class Axis:
    """One side, with what every option is worth on it.

    `columns`: its leaves; `share`, 0..1: the weight they carry together. `values`: (m,) 0..100, their weights
    brought to a sum of 1 (alike where none carries any). `places`, `low`, `high`: (m,) the same and what it may be, in
    the unit that is shown: a leaf's ends, or what holds nine tenths of the draws of several. `gaps`: (m,) a score is
    missing.
    """

    side: Side
    name: str
    unit: str
    columns: Ranks
    share: float
    values: Array
    places: Array
    low: Array
    high: Array
    gaps: Flags
    scale: Scale | None = None

    @property
    def rises(self) -> bool:
        """Whether more of what is shown is better."""
        return self.scale is None or self.scale.direction is Direction.HIGHER

    @property
    def heading(self) -> str:
        """Its name with the unit that is shown."""
        return f"{self.name} ({self.unit})" if self.scale is not None else f"{self.name} (value)"

    def shown(self, values: Array) -> Array:
        """Values 0..100, any shape, in the unit that is shown."""
        if self.scale is None:
            return values
        found = _inverse(self.scale)
        assert found is not None
        return np.asarray(np.interp(values, *found))


@dataclass(frozen=True, eq=False)
class Tradeoff:
    """Two axes, x across and y up, with all options; arrays follow `result.table.options`.

    `by`: (m,) an option that is nowhere worse and somewhere better on the two axes, -1 where none is; `beaten`: the
    same over every criterion that carries weight. `never`: (m,) options that are first under no weights, None until
    known.
    """

    result: Result
    x: Axis
    y: Axis
    by: Ranks
    frontier: Ranks
    beaten: Ranks
    never: Flags | None

    @property
    def leader(self) -> int:
        """The row of the option that is listed first."""
        return int(self.result.order[0])

    @cached_property
    def is_shared(self) -> bool:
        """Whether a criterion counts on both axes."""
        return not set(self.x.columns.tolist()).isdisjoint(self.y.columns.tolist())

    @cached_property
    def carried(self) -> float:
        """0..1, the weight of the criteria on the axes."""
        return float(self.result.shares[sorted({*self.x.columns.tolist(), *self.y.columns.tolist()})].sum())

    @property
    def is_exact(self) -> bool:
        """Whether totals are equal along the level line: the axes carry all weight, each criterion once."""
        return not self.is_shared and self.carried > 1.0 - TIE

    @cached_property
    def lost(self) -> Flags:
        """(m,) options that no weights make first although no single other one dominates them."""
        nobody = np.zeros(self.by.size, dtype=bool)
        return nobody if self.never is None else self.never & (self.beaten < 0)

    @cached_property
    def line(self) -> Array:
        """(k, 2) points, in the units shown, that have as much of both axes together, weighted, as the leader.

        wx X + wy Y = wx X1 + wy Y1 within values 0..100; empty where no axis carries weight or both share a criterion.
        """
        x, y = (axis.values[self.leader] for axis in (self.x, self.y))
        level = self.x.share * x + self.y.share * y
        if self.is_shared or self.x.share + self.y.share <= TIE:
            return np.empty((0, 2))
        if self.y.share <= TIE:
            values = np.array([(x, 0.0), (x, 100.0)])
        else:
            values = self._level(level)
        return np.column_stack((self.x.shown(values[:, 0]), self.y.shown(values[:, 1])))

    def _level(self, level: float) -> Array:
        wx, wy = self.x.share, self.y.share
        least, most = 0.0, 100.0
        if wx > TIE:
            least, most = max(0.0, (level - 100.0 * wy) / wx), min(100.0, level / wx)
        is_bent = self.x.scale is not None or self.y.scale is not None
        across = np.linspace(least, most, 2)
        if is_bent:
            corners = [_corners(self.x), (level - wy * _corners(self.y)) / wx if wx > TIE else np.empty(0)]
            inside = np.concatenate((np.linspace(least, most, 65), *corners))
            across = np.unique(inside[(inside >= least) & (inside <= most)])
        return np.column_stack((across, np.clip((level - wx * across) / wy, 0.0, 100.0)))


class Tradeoffs:
    """Makes them frame by frame, and keeps what does not change in between."""

    def __init__(self) -> None:
        self._spans: Spans | None = None
        self._moments: tuple[Array, Array] | None = None
        self._never: tuple[Spans, bytes, Flags] | None = None

    def between(self, study: Study, firm: Firmness, across: Side, up: Side) -> Tradeoff:
        """Two sides against each other. Raises KeyError for a node that is gone."""
        x, y = self._axis(study, firm, across), self._axis(study, firm, up)
        worth = np.column_stack((x.values, y.values))
        frontier = efficient_frontier(y.values, -x.values).indices
        by = dominated(worth).by
        return Tradeoff(firm.result, x, y, by, frontier, firm.dominance.by, self._never_first(firm))

    def _axis(self, study: Study, firm: Firmness, side: Side) -> Axis:
        table, spans = firm.result.table, firm.spans
        leaves = leaves_of(study, side)
        columns: Ranks = np.array([table.columns[leaf.id] for leaf in leaves], dtype=np.intp)
        shares = firm.shares[columns]
        share = float(shares.sum())
        weights = shares / share if share > TIE else np.full(columns.size, 1.0 / columns.size)
        gaps: Flags = np.any(spans.gaps[:, columns[weights > 0]], axis=1)
        name, unit = name_of(study, side), unit_of(study, side) if side.in_unit else ""
        if unit:
            return self._in_unit(firm, side, name, unit, columns, share, gaps)
        values = np.round(firm.values[:, columns] @ weights, PLACES)
        low, high = self._ends(spans, columns, weights, values)
        return Axis(side, name, "value", columns, share, values, values, low, high, gaps)

    def _in_unit(
        self, firm: Firmness, side: Side, name: str, unit: str, columns: Ranks, share: float, gaps: Flags
    ) -> Axis:
        column, table = int(columns[0]), firm.result.table
        scale = table.leaves[column].scale
        assert scale is not None
        values = np.round(firm.values[:, column], PLACES)
        found = _inverse(scale)
        assert found is not None
        places = np.where(gaps, np.interp(values, *found), table.likely[:, column])
        low = np.where(gaps, scale.low, table.low[:, column])
        high = np.where(gaps, scale.high, table.high[:, column])
        return Axis(side, name, unit, columns, share, values, places, low, high, gaps, scale)

    def _ends(self, spans: Spans, columns: Ranks, weights: Array, values: Array) -> tuple[Array, Array]:
        """What the value of a side may be: its ends for one leaf; for several mean -/+ 1.645 standard deviations."""
        low, high = spans.low[:, columns] @ weights, spans.high[:, columns] @ weights
        if np.count_nonzero(weights) > 1:
            mean, variance = self._moments_of(spans)
            middle = mean[:, columns] @ weights
            reach = NINE_IN_TEN * np.sqrt(variance[:, columns] @ weights**2)
            low, high = np.maximum(low, middle - reach), np.minimum(high, middle + reach)
        return np.minimum(low, values), np.maximum(high, values)

    def _moments_of(self, spans: Spans) -> tuple[Array, Array]:
        if self._moments is None or self._spans is not spans:
            rows, columns = (np.arange(size) for size in spans.values.shape)
            model = spans.model(rows, columns)
            still = (spans.values, np.zeros(spans.values.shape))
            self._moments = still if model is None else (model.mean(), model.variance())
            self._spans = spans
        return self._moments

    def _never_first(self, firm: Firmness) -> Flags | None:
        """Which are first under no weights: of the last deep answer, as long as the scores and what counts hold."""
        key = (firm.shares > 0).tobytes()
        if firm.deep is not None and firm.values.shape[0] <= MOST_OPTIONS:
            self._never = (firm.spans, key, firm.deep.never_first)
        if self._never is None or self._never[0] is not firm.spans or self._never[1] != key:
            return None
        return self._never[2]


@lru_cache(maxsize=256)
def _inverse(scale: Scale) -> tuple[Array, Array] | None:
    """(values, scores), values rising: the way back from value to score; None where one value has several scores."""
    corners = [x for x, _ in scale.points]
    scores = np.unique(np.concatenate((np.linspace(scale.low, scale.high, _FINE), corners)))
    values = value_of(scale, scores)
    steps = np.diff(values)
    if scale.direction is Direction.LOWER:
        values, scores, steps = values[::-1], scores[::-1], -steps
    if (steps < -TIE).any() or values[-1] - values[0] <= TIE:
        return None
    kept = np.append(True, np.diff(values) > 0)
    return values[kept], scores[kept]


def _corners(axis: Axis) -> Array:
    """The values at which an axis in its own unit bends."""
    if axis.scale is None:
        return np.empty(0)
    return np.array([value for _, value in axis.scale.points])
