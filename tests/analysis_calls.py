"""A good call of every public function of the analysis, and of what kinds its arguments are."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import numpy as np

import desktop.analysis
from desktop.analysis.live import LiveTotals
from desktop.analysis.macbeth import macbeth
from desktop.analysis.macbeth_judgements import Judgement
from desktop.analysis.polytope import whole
from desktop.analysis.promethee import Preference, PreparedPromethee, Shape, promethee
from desktop.analysis.share_lines import share_lines
from desktop.analysis.smaa import HeldScores, WeightSampler, acceptability, sample_weights
from desktop.analysis.smaa.scores import exact
from desktop.analysis.topsis import LiveTopsis, PreparedTopsis
from desktop.analysis.tradeoffs_pairs import Answer, Pair
from desktop.analysis.tradeoffs_pairs import Preference as Preferred
from desktop.analysis.vikor import PreparedVikor
from tests.refusals import (
    INF,
    KINDS,
    NAN,
    Bad,
    count,
    finite,
    flags,
    free,
    free_vectors,
    free_weights,
    given,
    index,
    indices,
    matrices,
    one_of,
    part,
    positive,
    samples,
    totals,
    values,
    vectors,
    weight_tables,
    weights,
    with_hole,
)

INNER = {
    "linear",  # the solver behind the methods: infinite sides are open ones there
    "margins",
    "share_lines",  # its door, `share_lines`, is tried by name
    "sieve",
    "skyline",
    "smaa.confidence",
    "smaa.draws",
    "smaa.hit_and_run",
    "smaa.kernels",
    "smaa.quantiles",
    "smaa.simplex",
    "vertices",
    "work",
}
"""Modules that no stranger calls: what reaches them has passed a door."""

INNER_FUNCTIONS = {
    "arrays.frozen",
    "arrays.largest_of",
    "arrays.refuse",
    "macbeth_judgements.clash",
    "macbeth_judgements.contradiction",
    "macbeth_judgements.demands",
    "macbeth_judgements.lowest_thresholds",
    "macbeth_judgements.structure",
    "ranking.mid_places",
    "ranking.places",
    "smaa.sampling.centre_of",
    "smaa.winning.chance_not_above",
    "topsis.shortfalls",
    "topsis.unit_rows",
    "tradeoffs_pairs.gains",
    "tradeoffs_pairs.pairs_of",
    "tradeoffs_pairs.row_of",
    "values.corners_of",
}

Kind = Callable[[Any], Bad]

TABLE = np.array([(80, 20, 60), (40, 90, 55), (60, 60, 20), (10, 10, 90)], dtype=float)
"""4 options, 3 criteria."""
SHARES = np.array([0.5, 0.3, 0.2])
UP = np.array([True, False, True])
RANKS = np.array([(1, 2, 3, 4), (2, 1, 3, 4)], dtype=float)
LOCKED = np.array([False, True, False])
JUDGED = np.array([(1, 2, 4), (1 / 2, 1, 2), (1 / 4, 1 / 2, 1)])
WORDS = (Judgement(0, 1, 2, 2), Judgement(1, 2, 1, 1))
CHOICE = Answer(Pair(0, 0, 1, 1, 0, 1), Preferred.FIRST)
UNSURE = np.full((4, 3), 2.0)


class Case:
    """A good call of a function, and of what kinds its arguments are where their names do not tell."""

    def __init__(self, good: dict[str, Any], call: Callable[..., Any] | None = None, /, **kinds: Kind) -> None:
        self.good, self.call, self.kinds = good, call, {**KINDS, **kinds}

    def bad(self) -> Iterator[tuple[str, str, Any]]:
        """(argument, what is wrong with it, what it then is)"""
        for argument, value in self.good.items():
            yield from ((argument, name, bad) for name, bad in self.kinds[argument](value))


def cases() -> dict[str, Case]:
    """A good call of every public function, by its name; methods that are doors of their own are at the end."""
    low, high = TABLE - 2, TABLE + 2
    model = exact(TABLE)
    sample = sample_weights(whole(3), 50, 1)
    judged = {"judgements": WORDS, "n": 3}
    below_one = given([0.5, 1, 2], [NAN, 1, 2], [INF, 1, 2], [[1, 2, 4]], ["a", "b", "c"])
    not_judged = given(
        [Judgement(0, 7, 2, 2)], [Judgement(0, 0, 2, 2)], [Judgement(0, 1, 2, 9)], [Judgement(0, 1, 3, 2)]
    )
    reciprocal = given(
        with_hole(JUDGED, INF),
        np.where(np.eye(3) > 0, JUDGED, np.nan),
        JUDGED * [[1, 1, 3], [1, 1, 1], [1, 1, 1]],
        -JUDGED,
        JUDGED[:2],
        JUDGED[0],
        [["a"]],
        np.zeros((0, 0)),
        JUDGED + 1j,
    )
    judges = given(JUDGED, [JUDGED, JUDGED[:2, :2]], [JUDGED, with_hole(JUDGED, INF)], [])
    plain = {"values": TABLE, "weights": SHARES}
    raw = {"matrix": TABLE, "weights": SHARES, "maximise": UP}
    ends = {"values_low": low, "values": TABLE, "values_high": high, "weights": SHARES}
    places = given([0, 1, 2], [1, 2, 4], [NAN, 1, 2], [1, INF, 2], [[1, 2]], [], ["a"])
    bands = {"weights_low": SHARES - 0.1, "weights_high": SHARES + 0.1, "winner": 0, "locked": LOCKED, "scale": 100.0}
    lines = {"locked": LOCKED, "scale": 100.0}
    shapes = [Preference(Shape.USUAL), Preference(Shape.V, p=5.0), Preference(Shape.LINEAR, q=1, p=9)]
    few = given(shapes[:2], [])
    check: dict[str, Kind] = {"argument": free, "size": free, "least": free}
    steps = {"levels": (2, 3, 2), "answers": (CHOICE,)}
    no_answers = given((Answer(Pair(0, 0, 1, 9, 0, 1), Preferred.FIRST),), (Answer(Pair(0, 1, 0, 1, 0, 1), 1),))  # type: ignore[arg-type]
    outside = given(NAN, INF, -0.1, 100.1)
    drawn = {"polytope": whole(3), "count": 20, "seed": 1, "around": SHARES, "spread": 0.5}
    three = {"low": low, "mode": TABLE, "high": high}
    lists = [TABLE, TABLE[:2]]
    crossed = {"low": low[:, 0], "high": high[:, 0]}
    held, live = acceptability(TABLE, sample), LiveTotals(TABLE, SHARES)
    return {
        "arrays.flags_of": Case({"flags": UP, "argument": "flags", "size": 3}, flags=flags, **check),
        "arrays.index_of": Case({"index": 1, "argument": "index", "size": 3}, **check),
        "arrays.matrix_of": Case({"matrix": TABLE, "argument": "matrix"}, **check),
        "arrays.shares_of": Case({"weights": SHARES, "size": 3}, **check),
        "arrays.vector_of": Case({"numbers": SHARES, "argument": "numbers", "size": 3}, numbers=vectors, **check),
        "arrays.numbers_of": Case({"numbers": SHARES, "argument": "numbers"}, numbers=values, **check),
        "arrays.positive_of": Case({"number": 2.0, "argument": "number"}, number=positive, **check),
        "arrays.whole_of": Case({"number": 2, "argument": "number", "least": 1}, number=count, **check),
        "best_worst.best_worst": Case(
            {"best_to_others": [2, 1, 4], "others_to_worst": [2, 4, 1], "best": 1, "worst": 2},
            best_to_others=below_one,
            others_to_worst=below_one,
            best=index,
            worst=index,
        ),
        "best_worst.threshold_of": Case({"n": 3, "a_bw": 4.0}, n=free, a_bw=free),
        "dominance.certainly_dominated": Case({"low": low, "high": high}, low=matrices, high=matrices),
        "dominance.dominance_under": Case({"values": TABLE, "polytope": whole(3)}),
        "dominance.dominated": Case({"values": TABLE}),
        "dominance.minimax_regret": Case({"values": TABLE, "polytope": whole(3)}),
        "dominance.potentially_optimal": Case({"values": TABLE, "polytope": whole(3)}),
        "dominance.scenario_regret": Case({"totals": TABLE}, totals=matrices),
        "flips.smallest_score_change": Case(
            {**plain, "i": 0, "j": 1, "scale": (0.0, 100.0)},
            i=index,
            j=index,
            scale=given((0.0, NAN), (INF, 100.0), (100.0, 0.0), (5.0, 5.0)),
        ),
        "flips.smallest_weight_move": Case(
            {**plain, "i": 0, "j": 1, "straight": True, **lines}, i=index, j=index, straight=free
        ),
        "flips.smallest_winning_move": Case({**plain, "j": 1, **lines}, j=index),
        "group.agreement": Case({"ranks": RANKS}, ranks=matrices),
        "group.consensus": Case({"weights": TABLE, "scale": 9.0}, weights=weight_tables),
        "group.kendall_tau": Case({"first": RANKS[0], "second": RANKS[1]}, first=free_vectors, second=vectors),
        "group.kendall_w": Case({"ranks": RANKS}, ranks=matrices),
        "group.preference_shares": Case({"ranks": RANKS}, ranks=matrices),
        "group.spread": Case({"weights": TABLE}, weights=weight_tables),
        "group.what_changed": Case(
            {"outcome": np.sum, "changes": 11, "permutations": 8, "seed": 1, "exact_up_to": 10},
            outcome=given(
                lambda changed: np.full(int(changed.sum()), 1.0), lambda changed: NAN, lambda changed: "word"
            ),
            exact_up_to=free,
        ),
        "inverses.exponential_score": Case(
            {"value": 40.0, "worst": 0.0, "best": 5.0, "curvature": 2.0},
            value=outside,
            worst=finite,
            best=finite,
            curvature=finite,
        ),
        "inverses.linear_score": Case(
            {"value": 40.0, "worst": 0.0, "best": 5.0}, value=outside, worst=finite, best=finite
        ),
        "inverses.piecewise_score": Case(
            {"value": 40.0, "xs": [0.0, 1.0, 3.0], "vs": [0.0, 50.0, 100.0], "near": 1.0},
            value=outside,
            xs=free_vectors,
            vs=vectors,
            near=finite,
        ),
        "macbeth.is_admissible": Case(
            {"judgements": WORDS, "values": [9, 5, 0]}, judgements=not_judged, values=free_vectors
        ),
        "macbeth.macbeth": Case({**judged, "good": 0, "neutral": 2}, judgements=not_judged, good=index, neutral=index),
        "macbeth.macbeth_weights": Case(judged, judgements=not_judged),
        "macbeth.move": Case(
            {"scale": macbeth(WORDS, 3), "element": 1, "value": 40.0}, scale=free, element=index, value=finite
        ),
        "macbeth.room": Case({"scale": macbeth(WORDS, 3)}, scale=free),
        "macbeth_judgements.checked": Case(judged, judgements=not_judged),
        "macbeth_repairs.macbeth_repairs": Case(
            {**judged, "fewest": "steps", "limit": 3}, judgements=not_judged, fewest=one_of
        ),
        "packages.package_front": Case(
            {"lists": lists, "maximise": UP, "most": 1000},
            lists=given([], [TABLE, TABLE[:, :2]], [TABLE, with_hole(TABLE, NAN)], [with_hole(TABLE, INF)], [TABLE[0]]),
        ),
        "pairwise.aggregate_judgements": Case(
            {"judgements": [JUDGED, JUDGED], "judges": [1.0, 2.0]}, judgements=judges, judges=weights
        ),
        "pairwise.aggregate_priorities": Case(
            {"weights": [SHARES, SHARES], "judges": [1.0, 2.0]}, weights=weight_tables, judges=weights
        ),
        "pairwise.ahp": Case({"judgements": JUDGED, "method": "geometric"}, judgements=reciprocal, method=one_of),
        "pairwise.on_scale": Case({"ratio": 2.5}, ratio=positive),
        "pairwise.random_index": Case({"n": 4}),
        "pairwise.synthesise": Case(
            {"local_weights": TABLE, "criteria_weights": SHARES, "mode": "ideal"},
            local_weights=weight_tables,
            criteria_weights=weights,
            mode=one_of,
        ),
        "pareto.efficient_frontier": Case(
            {"benefit": TABLE[:, 0], "cost": TABLE[:, 1]}, benefit=free_vectors, cost=vectors
        ),
        "pareto.pareto_front": Case({"objectives": TABLE, "maximise": UP}, objectives=matrices),
        "polytope.linear": Case(
            {"rows": np.eye(3), "limits": [0.9] * 3, "statements": ("a", "b", "c")},
            rows=matrices,
            limits=vectors,
            statements=given(("a",)),
        ),
        "polytope.ranked": Case({"n": 3, "order": [0, 1, 2]}, order=indices),
        "polytope.ratio": Case(
            {"n": 3, "heavy": 0, "light": 1, "low": 1.0, "high": 3.0},
            heavy=index,
            light=index,
            low=given(NAN, INF, -1.0, 4.0),
            high=given(NAN, -1.0, 0.5),
        ),
        "polytope.whole": Case({"n": 3}),
        "polytope.within": Case({"low": SHARES - 0.1, "high": SHARES + 0.1}, low=free_vectors, high=vectors),
        "promethee.gaia": Case(
            {"unicriterion_net_flows": promethee(**raw, preferences=shapes).unicriterion, "weights": SHARES},
            unicriterion_net_flows=lambda good: [*matrices(good), ("beyond 1", good + 2.0)],
        ),
        "promethee.promethee": Case({**raw, "preferences": shapes}, preferences=few),
        "ranking.additive": Case({**plain, "scale": 100.0}, values=partial(matrices, gaps=True)),
        "ranking.contributions": Case(plain, values=partial(matrices, gaps=True)),
        "ranking.rank_bounds": Case({**crossed, "scale": 100.0}, low=totals, high=vectors),
        "ranking.rank_matrix": Case(raw),
        "ranking.ranks": Case({"totals": TABLE[:, 0], "scale": 100.0}, totals=totals),
        "ranking.weighted_product": Case(plain, values=lambda good: [*matrices(good), ("negative", good - 50)]),
        "reversal.leave_one_out": Case(
            {"method": lambda table, shares, up: table @ shares, **raw, "scale": 1.0},
            method=free,
        ),
        "reversal.min_max": Case({"matrix": TABLE, "maximise": UP}),
        "sensitivity.all_crossings": Case({**plain, "locked": LOCKED, "options": [0, 1], "scale": 100.0}),
        "sensitivity.crossings": Case({**plain, "criterion": 1, "locked": LOCKED, "options": [0, 1], "scale": 100.0}),
        "sensitivity.envelope": Case({**plain, "criterion": 1, **lines}),
        "sensitivity.stability_interval": Case({**plain, "criterion": 1, "whole_order": True, **lines}),
        "sensitivity.stability_intervals": Case({**plain, "whole_order": True, **lines}),
        "sensitivity.sweep": Case(
            {**plain, "criterion": 1, "shares": [0.1, 0.9], "locked": LOCKED}, shares=free_vectors
        ),
        "sensitivity.weight_criticality": Case({**plain, **lines}),
        "smaa.acceptability.acceptability": Case(
            {
                "values": TABLE,
                "weights": np.array(sample.weights),
                "scores": model,
                "confident": True,
                "scale": 100.0,
            },
            weights=samples,
            scores=given(exact(TABLE[:2]), HeldScores(exact(TABLE[:2]), 50, 1)),
            confident=free,
        ),
        "smaa.acceptability.first_rank": Case(
            {"values": TABLE, "weights": np.array(sample.weights), "scale": 100.0}, weights=samples
        ),
        "smaa.acceptability.standing": Case(
            {"values": TABLE, "weights": np.array(sample.weights), "i": 1, "scores": None, "scale": 100.0},
            weights=samples,
            i=index,
            scores=given(HeldScores(exact(TABLE[:2]), 50, 1)),
        ),
        "smaa.sampling.sample_weights": Case(drawn, polytope=free),
        "smaa.sampling.weight_blocks": Case({**drawn, "rows": 5}, polytope=free),
        "smaa.scores.discrete": Case(
            {"values": [low, high], "probabilities": [0.3, 0.7]},
            values=given([low, with_hole(high, NAN)], [with_hole(low, INF), high], low, [low, high[:2]], [[["a"]]], []),
            probabilities=lambda good: [*weights(good), ("of sum 2", [1.0, 1.0])],
        ),
        "smaa.scores.exact": Case({"values": TABLE}),
        "smaa.scores.mixed": Case(
            {"choice": np.zeros((4, 3), dtype=int), "models": [model, model]},
            choice=given(np.full((4, 3), 2), np.full((4, 3), -1), np.zeros((4, 3)), 0, [["a"]]),
            models=given([exact(TABLE[:2])], []),
        ),
        "smaa.scores.normal": Case(
            {"mean": TABLE, "sd": UNSURE}, mean=matrices, sd=lambda good: [*matrices(good), ("negative", -good)]
        ),
        "smaa.scores.pert": Case(three, low=matrices, mode=matrices, high=matrices),
        "smaa.scores.triangular": Case(three, low=matrices, mode=matrices, high=matrices),
        "smaa.scores.uniform": Case({"low": low, "high": high}, low=matrices, high=matrices),
        "smaa.winning.pairwise_winning": Case(
            {"values": TABLE, "polytope": whole(3), "around": SHARES, "spread": 0.5, "scale": 100.0}
        ),
        "topsis.topsis": Case(raw),
        "tornado.tornado": Case(
            {**ends, **bands},
            values_low=lambda good: [*matrices(good), ("too high", good + 9)],
            values_high=lambda good: [*matrices(good), ("too low", good - 9)],
            weights_low=lambda good: [*vectors(good), ("too high", good + 0.5)],
            weights_high=lambda good: [*vectors(good), ("too low", good - 0.5)],
            winner=index,
        ),
        "tradeoffs.tradeoffs": Case(
            {**steps, "before": None}, levels=given((), (0, 2), (1, 1), (NAN, 2)), answers=no_answers, before=free
        ),
        "values.exponential_value": Case(
            {"x": [1.0, 2.0], "worst": 0.0, "best": 5.0, "curvature": 2.0},
            x=values,
            worst=finite,
            best=finite,
            curvature=finite,
        ),
        "values.linear_value": Case({"x": [1.0, 2.0], "worst": 0.0, "best": 5.0}, x=values, worst=finite, best=finite),
        "values.piecewise_value": Case(
            {"x": [1.0, 2.0], "xs": [0.0, 1.0, 3.0], "vs": [0.0, 50.0, 100.0]}, x=values, xs=free_vectors, vs=vectors
        ),
        "values.rescale_weights": Case(
            {"weights": SHARES, "index": 1, "ratio": 2.0}, weights=free_weights, ratio=positive
        ),
        "vikor.vikor": Case({**raw, "v": 0.5}, v=part),
        "weights.feasible_share": Case({"weights": SHARES, "index": 1, "locked": LOCKED}, weights=free_weights),
        "weights.hierarchical": Case(
            {"parents": [-1, -1, 0, 0], "local": [1.0, 2.0, 3.0, 4.0]},
            parents=given([-2, -1, 0, 0], [9, -1, 0, 0], [1, 0, 0, 0], [0.0, NAN, 0, 0], [[-1]], -1, [], ["a"]),
            local=lambda good: [*vectors(good), ("negative", [1.0, 2.0, -3.0, 4.0]), ("0", [1.0, 2.0, 0.0, 0.0])],
        ),
        "weights.move_weight": Case(
            {"weights": SHARES, "index": 1, "share": 0.5, "locked": LOCKED}, weights=free_weights, share=finite
        ),
        "weights.normalise": Case({"weights": SHARES}, weights=free_weights),
        "weights.rank_order_centroid": Case({"ranks": [1, 2, 3]}, ranks=places),
        "weights.rank_reciprocal": Case({"ranks": [1, 2, 3]}, ranks=places),
        "weights.rank_sum": Case({"ranks": [1, 2, 3]}, ranks=places),
        "weights.swing": Case({"points": [100, 50.0]}, points=free_weights),
        "score_margins.score_margins": Case(
            {**plain, "leader": 0, "scale": (0.0, 100.0)},
            leader=index,
            scale=given((0.0, NAN), (INF, 100.0), (100.0, 0.0), (5.0, 5.0)),
        ),
        "share_lines.share_line": Case({**plain, "locked": LOCKED, "criterion": 1, "scale": 100.0}),
        "share_lines.share_lines": Case({**plain, "locked": LOCKED, "criteria": [0, 1], "scale": 100.0}),
        "live.LiveTotals": Case({**plain, "scale": 100.0}),
        "topsis.LiveTopsis": Case(raw),
        "LiveTotals.move": Case({"index": 1, "weight": 2.0}, live.move, weight=given(NAN, INF, -1.0)),
        "LiveTotals.rank_of": Case({"option": 1}, live.rank_of, option=index),
        "LiveTotals.top": Case({"k": 2}, live.top, k=count),
        "LiveTopsis.move": Case(
            {"index": 1, "weight": 2.0}, LiveTopsis(TABLE, SHARES, UP).move, weight=given(NAN, INF, -1.0)
        ),
        "Preference": Case(
            {"shape": Shape.LINEAR, "q": 1.0, "p": 2.0, "s": 1.0},
            Preference,
            shape=free,
            q=given(NAN, INF, -1.0),
            p=given(NAN, INF, -1.0, 0.5),
            s=given(NAN, INF, -1.0),
        ),
        "PreparedTopsis.at": Case({"weights": SHARES}, PreparedTopsis.of(TABLE, UP).at),
        "PreparedVikor.at": Case({"weights": SHARES, "v": 0.5}, PreparedVikor.of(TABLE, UP).at, v=part),
        "PreparedPromethee.at": Case({"weights": SHARES}, PreparedPromethee.of(TABLE, UP, shapes).at),
        "ShareLines.crossings": Case({"options": [0, 1]}, share_lines(TABLE, SHARES).crossings),
        "ScoreModel.draw": Case({"count": 3, "seed": 1, "rows": 2}, model.draw),
        "WeightSampler.sample": Case(
            {"count": 20, "seed": 1, "around": SHARES, "spread": 0.5}, WeightSampler(whole(3)).sample
        ),
        "WeightPolytope.contains": Case({"weights": SHARES}, whole(3).contains, weights=vectors),
        "Acceptability.holistic": Case({"rank_weights": [1.0, 0.5, 0.2, 0.0]}, held.holistic, rank_weights=weights),
    }


CASES = cases()


def public() -> Iterator[str]:
    """Every function of the analysis without an underscore, but for those that are called from inside alone."""
    root = desktop.analysis.__name__ + "."
    for info in walk_packages(desktop.analysis.__path__, root):
        module, short = import_module(info.name), info.name.removeprefix(root)
        for name, thing in vars(module).items():
            is_own = inspect.isfunction(thing) and thing.__module__ == info.name and not name.startswith("_")
            if is_own and short not in INNER and f"{short}.{name}" not in INNER_FUNCTIONS:
                yield f"{short}.{name}"


def call_of(name: str) -> Callable[..., Any]:
    """The function or class of a case."""
    if (held := CASES[name].call) is not None:
        return held
    module, _, function = name.rpartition(".")
    found: Callable[..., Any] = getattr(import_module(f"{desktop.analysis.__name__}.{module}"), function)
    return found


def answer(name: str, arguments: dict[str, Any]) -> Any:
    """What a call gives, blocks drawn to the last."""
    found = call_of(name)(**arguments)
    return list(found) if isinstance(found, Iterator) else found
