"""What the lead hangs on: every end of a bar found again by putting it into the study, and what is firmed up first."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.study.model import Criterion, Direction, Doubt, Knowledge, Option, Perspective, Scale, Score, Shape, Study
from desktop.analysis.arrays import Array
from desktop.analysis.weights import move_weight
from desktop.commands import MoveWeight
from desktop.evaluation import evaluate
from desktop.questions.firmness import Judge
from desktop.questions.lead import Bar, Lead, lead_of, weight_intervals
from desktop.questions.plausible import Sampling
from seeds import security_guarantees
from tests.unit.questions.test_concordance import study_of

SCALES = (
    Scale(),
    Scale(low=0.0, high=40.0, direction=Direction.LOWER, unit="US$ bn"),
    Scale(low=0.0, high=10.0, shape=Shape.EXPONENTIAL, curvature=2.0),
    Scale(
        low=0.0,
        high=10.0,
        direction=Direction.LOWER,
        shape=Shape.PIECEWISE,
        points=((0.0, 100.0), (3.0, 20.0), (10.0, 0.0)),
    ),
    # No value function should dip, but nothing forbids it.
    Scale(low=0.0, high=10.0, shape=Shape.PIECEWISE, points=((0.0, 0.0), (4.0, 90.0), (7.0, 30.0), (10.0, 100.0))),
)


@cache
def drawn(seed: int, m: int = 5, n: int = 5, gaps: bool = False) -> Study:
    """A study with scores in ranges on scales of every kind."""
    rng = np.random.default_rng(seed)
    leaves = tuple(Criterion(f"c{k}", f"Criterion {k}", scale=SCALES[k % len(SCALES)]) for k in range(n))
    options = tuple(Option(f"o{i}", f"Option {i}") for i in range(m))
    scores = {}
    for i in range(m):
        for k, leaf in enumerate(leaves):
            assert leaf.scale is not None
            low, likely, high = np.sort(rng.uniform(leaf.scale.low, leaf.scale.high, 3)).tolist()
            scores[f"o{i}", f"c{k}"] = Score(likely=likely, low=low, high=high)
    if gaps:
        scores["o1", "c1"] = Score()
    weights = {f"c{k}": float(weight) for k, weight in enumerate(rng.dirichlet(np.ones(n)))}
    party = Perspective("p", "All", weights=weights, locked=frozenset({"c3"}) if seed % 2 else frozenset())
    return Study("s", "Drawn", options=options, criteria=leaves, scores=scores, perspectives=(party,))


def leading(study: Study) -> Lead:
    party = study.perspectives[0].id
    return lead_of(Judge().judge(evaluate(study, party), Sampling(100, 1)))


def doubting(study: Study, doubt: Doubt) -> Study:
    return replace(study, perspectives=(replace(study.perspectives[0], doubt=doubt), *study.perspectives[1:]))


def with_figure(lead: Lead, study: Study, bar: Bar, figure: float) -> Array:
    """The totals when a bar's score or weight has this figure and all else is as it is."""
    table, party = lead.firm.result.table, study.perspectives[0].id
    leaf = table.leaves[bar.criterion].id
    if bar.option is None:
        unlocked = replace(study.perspectives[0], locked=study.perspectives[0].locked - {leaf})
        moved = MoveWeight(party, leaf, figure).apply(replace(study, perspectives=(unlocked, *study.perspectives[1:])))
        return evaluate(moved, party).totals
    cell = (table.options[bar.option].id, leaf)
    return evaluate(replace(study, scores={**study.scores, cell: Score(likely=figure)}), party).totals


def gap(totals: Array, first: int) -> float:
    return float(totals[first] - np.delete(totals, first).max())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("gaps", [False, True])
def test_every_end_of_every_bar_is_the_lead_when_the_study_says_so(seed: int, gaps: bool) -> None:
    study = drawn(seed, gaps=gaps)
    lead = leading(study)
    for place in range(lead.tornado.option.size):
        bar = lead.bar(place)
        assert bar.low.figure <= bar.high.figure
        for end in (bar.low, bar.high):
            totals = with_figure(lead, study, bar, end.figure)
            assert end.lead == pytest.approx(gap(totals, lead.first), abs=1e-9)
            assert end.over_second == pytest.approx(float(totals[lead.first] - totals[lead.second]), abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_between_its_ends_a_bar_reaches_its_least_and_greatest_and_is_lost_in_the_part_it_says(seed: int) -> None:
    study = drawn(seed)
    lead, spans = leading(study), leading(study).firm.spans
    for place in range(lead.tornado.option.size):
        bar = lead.bar(place)
        if bar.option is None:
            figures = np.linspace(bar.low.figure, bar.high.figure, 401)
            leads = np.array([gap(with_figure(lead, study, bar, figure), lead.first) for figure in figures.tolist()])
        else:
            cell = bar.option, bar.criterion
            totals = np.tile(lead.firm.result.totals, (401, 1))
            steps = np.linspace(spans.low[cell], spans.high[cell], 401) - spans.values[cell]
            totals[:, bar.option] += lead.firm.shares[bar.criterion] * steps
            leads = np.array([gap(row, lead.first) for row in totals])
        assert leads.min() == pytest.approx(bar.least, abs=1e-9)
        assert leads.max() == pytest.approx(bar.greatest, abs=bar.swing / 100 + 1e-9)
        assert bar.greatest >= leads.max() - 1e-9
        assert bar.lost == pytest.approx(float((leads < 0).mean()), abs=0.006)
        assert (bar.rival is not None) == bool(bar.least < -1e-7)
        if bar.rival is not None:
            worst = bar.low if bar.low.lead < bar.high.lead else bar.high
            assert int(with_figure(lead, study, bar, worst.figure).argmax()) == bar.rival


@given(st.integers(0, 40))
@settings(max_examples=20)
def test_what_loses_the_lead_over_more_of_its_range_is_to_be_firmed_up_before_what_moves_it_more(seed: int) -> None:
    lead = leading(drawn(seed))
    bars = [lead.bar(place) for place in lead.priority.tolist()]
    keys = [(-round(bar.lost, 9), -bar.swing) for bar in bars]
    assert keys == sorted(keys)
    assert sorted(lead.priority) == lead.moving().tolist()
    assert all(bar.swing > 0 for bar in bars)
    assert (np.diff(lead.tornado.swing) <= 1e-12).all()
    both = [*lead.moving("scores").tolist(), *lead.moving("weights").tolist()]
    assert sorted(both) == lead.moving().tolist()


def test_a_missing_score_runs_over_its_whole_scale() -> None:
    lead = leading(drawn(0, gaps=True))
    bars = (lead.bar(place) for place in range(lead.tornado.option.size))
    missing = next(bar for bar in bars if (bar.option, bar.criterion) == (1, 1))
    assert (missing.low.figure, missing.high.figure) == (0.0, 40.0)
    assert missing.low.over_second > missing.high.over_second or lead.first != 1


def test_weights_taken_as_exact_and_scores_without_ranges_move_nothing() -> None:
    study = doubting(study_of(np.array([(90.0, 10.0), (20.0, 60.0)]), (60.0, 40.0)), Doubt(spread=0.0))
    assert leading(study).moving().size == 0
    assert leading(study).priority.size == 0


def test_two_criteria_that_settle_it_alone_are_found_by_hand() -> None:
    # A leads B by 0.6 * 100 - 0.4 * 100 = 20 points; the lead is 200 w - 100, lost below one half.
    study = doubting(study_of(np.array([(100.0, 0.0), (0.0, 100.0)]), (60.0, 40.0)), Doubt(spread=0.5))
    lead = leading(study)
    bar = lead.bar(int(lead.moving()[0]))
    assert (bar.low.figure, bar.high.figure) == pytest.approx((0.3, 0.8))
    assert (bar.low.lead, bar.high.lead, lead.points) == pytest.approx((-40.0, 60.0, 20.0))
    assert bar.lost == pytest.approx(0.4)
    assert bar.rival == 1


weights = st.lists(st.floats(0.01, 1.0), min_size=2, max_size=7).map(lambda points: np.array(points) / sum(points))


@given(weights, st.floats(0.0, 1.0), st.integers(0, 1000))
def test_weights_drawn_around_the_sliders_lie_within_the_interval_of_each(
    shares: Array, spread: float, seed: int
) -> None:
    doubt, leaves = Doubt(spread=spread), tuple(map(str, range(shares.size)))
    low, high = weight_intervals(shares, np.zeros(shares.size, dtype=bool), doubt, leaves)
    draws = (1 - spread) * shares + spread * np.random.default_rng(seed).dirichlet(np.ones(shares.size), 200)
    corners = (1 - spread) * shares + spread * np.eye(shares.size)
    assert (draws >= low - 1e-12).all()
    assert (draws <= high + 1e-12).all()
    assert corners.diagonal() == pytest.approx(high)


@given(weights, st.sets(st.integers(0, 6), max_size=3))
def test_a_weight_known_by_its_rank_runs_until_some_weight_would_pass_another(shares: Array, locks: set[int]) -> None:
    locked = np.array([k in locks for k in range(shares.size)])
    doubt, leaves = Doubt(knowledge=Knowledge.RANKING), tuple(map(str, range(shares.size)))
    low, high = weight_intervals(shares, locked, doubt, leaves)
    assert (low <= shares).all()
    assert (high >= shares).all()
    apart = shares[:, None] > shares + 1e-8
    for k in range(shares.size):
        for share, way in ((low[k], -1), (high[k], 1)):
            moved = move_weight(shares, k, float(share), locked)
            assert (moved[:, None] >= moved - 1e-7)[apart].all()
            beyond = move_weight(shares, k, float(np.clip(share + way * 1e-3, 0, 1)), locked)
            is_stuck = abs(beyond[k] - moved[k]) < 1e-4
            assert is_stuck or not (beyond[:, None] >= beyond - 1e-12)[apart].all()


def test_without_locks_a_weight_known_by_its_rank_stops_where_it_would_meet_its_neighbours() -> None:
    shares = np.array([0.5, 0.3, 0.2])
    low, high = weight_intervals(shares, np.zeros(3, dtype=bool), Doubt(knowledge=Knowledge.RANKING), ("a", "b", "c"))
    assert low == pytest.approx([0.3 / (0.5 + 0.3), 0.2 / (0.7 + 0.2), 0.0])
    assert high == pytest.approx([1.0, 0.5 / (0.7 + 0.5), 0.3 / (0.8 + 0.3)])


def test_ranges_leave_a_weight_no_more_than_the_other_ranges_have_room_for() -> None:
    doubt = Doubt(knowledge=Knowledge.RANGES, ranges={"a": (0.4, 0.6), "b": (0.1, 0.3)})
    low, high = weight_intervals(np.array([0.5, 0.2, 0.3]), np.zeros(3, dtype=bool), doubt, ("a", "b", "c"))
    assert low == pytest.approx([0.4, 0.1, 0.1])
    assert high == pytest.approx([0.6, 0.3, 0.5])
    low, high = weight_intervals(np.array([0.1, 0.8, 0.1]), np.zeros(3, dtype=bool), doubt, ("a", "b", "c"))
    assert low[0] == 0.1
    assert high[1] == 0.8


@pytest.mark.parametrize("knowledge", list(Knowledge))
def test_the_bundled_study_has_a_lead_under_every_knowledge_of_its_weights(knowledge: Knowledge) -> None:
    study = security_guarantees.load()
    leaf = study.leaves()[0].id
    study = doubting(study, Doubt(knowledge=knowledge, ranges={leaf: (0.2, 0.5)}))
    lead = leading(study)
    assert lead.points == pytest.approx(evaluate(study, study.perspectives[0].id).lead())
    assert lead.moving("weights").size > 0
    for place in lead.moving("weights").tolist():
        bar = lead.bar(place)
        share = lead.firm.shares[bar.criterion]
        assert bar.low.figure <= share + 1e-12
        assert share <= bar.high.figure + 1e-12
