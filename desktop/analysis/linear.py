"""Linear programs, solved by HiGHS: the one door to the solver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from desktop.analysis.arrays import Array, Flags, NotFiniteError, ShapeError, flags_of, refuse, vector_of

INFINITY = np.inf


class SolverError(ArithmeticError):
    """HiGHS neither found an optimum nor proved that there is none: unbounded, or numerically hopeless."""


@dataclass(frozen=True, eq=False)
class Optimum:
    """The best point of a program: `x` (n,) and the objective's `value` there."""

    x: Array
    value: float


class Program:
    """min or max cost . x subject to low <= rows x <= high and lower <= x <= upper; solved again and again.

    rows: (p, n), dense; low, high: (p,) or one number, infinite where a side is open; lower, upper: (n,) or one number,
    by default 0 and infinity. `whole`: (n,) bool, the variables that must be integers. A solve starts from the last
    one's basis, so that many objectives over one set cost little more than one. Raises ShapeError, or NotFiniteError
    for a NaN anywhere and for an infinity in `rows`.
    """

    def __init__(
        self,
        rows: ArrayLike,
        low: ArrayLike,
        high: ArrayLike,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = INFINITY,
        whole: Flags | None = None,
    ) -> None:
        table = np.asarray(rows, dtype=np.float64)
        if table.ndim != 2:
            raise ShapeError("rows", f"must be constraints by variables, not of shape {table.shape}")
        p, self._n = table.shape
        refuse(~np.isfinite(table), NotFiniteError, "rows", "must be a number")
        self._rows, self._low, self._high = table, _filled(low, p, "low"), _filled(high, p, "high")
        self._lower, self._upper = _filled(lower, self._n, "lower"), _filled(upper, self._n, "upper")
        self._whole = None if whole is None else flags_of(whole, "whole", self._n)
        self._solver: Any = None

    def minimise(self, cost: ArrayLike) -> Optimum | None:
        """The least cost . x and where, or None where no x meets the constraints. Raises SolverError when unbounded."""
        return self._solve(cost, 1.0)

    def maximise(self, cost: ArrayLike) -> Optimum | None:
        """The greatest cost . x and where, or None where no x meets the constraints. SolverError if unbounded."""
        return self._solve(cost, -1.0)

    def is_feasible(self) -> bool:
        """Whether any x meets the constraints."""
        return self.minimise(np.zeros(self._n)) is not None

    def _solve(self, objective: ArrayLike, sign: float) -> Optimum | None:
        import highspy

        cost = vector_of(objective, "cost", self._n)
        if self._solver is None:
            self._solver = self._loaded(highspy)
        solver = self._solver
        solver.changeColsCost(self._n, np.arange(self._n, dtype=np.int32), sign * cost)
        solver.run()
        status = solver.getModelStatus()
        if status in (highspy.HighsModelStatus.kNotset, highspy.HighsModelStatus.kUnknown):
            status = _run_afresh(solver)
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise SolverError(f"the linear program has no optimum: {solver.modelStatusToString(status)}")
        x = np.array(solver.getSolution().col_value, dtype=np.float64)
        return Optimum(x, float(cost @ x))

    def _loaded(self, highspy: Any) -> Any:
        solver = _silent(highspy)
        # One thread, simplex, no presolve: small programs, an exact vertex, and "infeasible" told from "unbounded".
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("presolve", "off" if self._whole is None else "on")
        solver.setOptionValue("primal_feasibility_tolerance", 1e-9)
        solver.setOptionValue("dual_feasibility_tolerance", 1e-9)
        # By default coefficients below 1e-9 would be dropped, and integers proved optimal to one part in 10,000 only.
        solver.setOptionValue("small_matrix_value", 1e-12)
        solver.setOptionValue("mip_rel_gap", 0.0)
        if solver.passModel(self._model(highspy)) == highspy.HighsStatus.kError:
            raise SolverError("HiGHS refuses the linear program: a coefficient or a bound is too large for it")
        return solver

    def _model(self, highspy: Any) -> Any:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self._n, self._rows.shape[0]
        model.col_cost_ = np.zeros(self._n)
        model.col_lower_, model.col_upper_ = self._lower, self._upper
        model.row_lower_, model.row_upper_ = self._low, self._high
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        rows, columns = np.nonzero(self._rows)
        counts = np.bincount(rows, minlength=self._rows.shape[0])
        model.a_matrix_.start_ = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
        model.a_matrix_.index_ = columns.astype(np.int32)
        model.a_matrix_.value_ = self._rows[rows, columns]
        if self._whole is not None:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            model.integrality_ = [kinds[int(flag)] for flag in self._whole]
        return model


def conflicting(
    rows: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    lower: ArrayLike = 0.0,
    upper: ArrayLike = INFINITY,
    required: int = 0,
) -> tuple[int, ...]:
    """The constraints of a smallest contradiction: none of them can be left out of it; empty where there is none.

    The first `required` rows are taken for granted and never named. A deletion filter (Chinneck & Dravnieks 1991): a
    row is dropped for good when the rest is still infeasible without it. One linear program for each row.
    """
    table = np.asarray(rows, dtype=np.float64)
    p = table.shape[0]
    lows, highs = _filled(low, p, "low"), _filled(high, p, "high")

    def feasible(kept: list[int]) -> bool:
        return Program(table[kept], lows[kept], highs[kept], lower, upper).is_feasible()

    kept = list(range(p))
    if feasible(kept):
        return ()
    for row in range(required, p):
        without = [other for other in kept if other != row]
        if not feasible(without):
            kept = without
    return tuple(row for row in kept if row >= required)


def _run_afresh(solver: Any) -> Any:
    """Solve again with presolve, which tells what the simplex method gave up on among nearly equal columns."""
    solver.clearSolver()
    solver.setOptionValue("presolve", "on")
    solver.run()
    solver.setOptionValue("presolve", "off")
    return solver.getModelStatus()


def _silent(highspy: Any) -> Any:
    """A solver that prints nothing: the Python class prints a banner while it is made, before any option can be set."""
    solver = highspy.Highs.__new__(highspy.Highs)
    super(highspy.Highs, solver).__init__()
    solver.setOptionValue("output_flag", False)
    return solver


def _filled(numbers: ArrayLike, size: int, argument: str) -> Array:
    """(size,) of `size` numbers or of one. Infinity is an open side."""
    given = np.asarray(numbers, dtype=np.float64)
    if given.shape not in ((), (1,), (size,)):
        raise ShapeError(argument, f"must be one number or a list of {size}, not of shape {given.shape}")
    found: Array = np.ascontiguousarray(np.broadcast_to(given, (size,)))
    refuse(np.isnan(found), NotFiniteError, argument, "must be a number")
    return found
