"""What a reviewer would ask: each finding appears with its cause and with its figures, and goes with it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from db.study.checks import Problem
from db.study.checks import problems as problems_of
from db.study.model import (
    Criterion,
    Evidence,
    Level,
    Option,
    Origin,
    Perspective,
    Scale,
    ScaleKind,
    Score,
    Study,
)
from desktop.analysis.dominance import dominated
from desktop.analysis.work import Cancelled
from desktop.evaluation import evaluate
from desktop.questions.doubles import CLOSE, correlations
from desktop.questions.findings import Case, Finding, Group, Place
from desktop.questions.firmness import firmness
from desktop.questions.review import CHECKS, as_text, review, tally
from seeds import security_guarantees

TABLE = np.array(
    [[80.0, 30.0, 55.0, 20.0], [20.0, 75.0, 35.0, 60.0], [60.0, 60.0, 80.0, 70.0], [35.0, 15.0, 20.0, 90.0]]
)
SEEN = frozenset({"p", "q", "sensitivity", "tornado", "perspectives"})
ENDS = (Level(0.0, "nothing"), Level(100.0, "everything"))
NAMES = ("Safety", "Price", "Beauty", "Noise")


def sound() -> Study:
    """Four options on four criteria in a group of two and two alone; nobody could ask anything of it."""
    scale = Scale(levels=ENDS, kind=ScaleKind.CONSTRUCTED)
    group = Criterion("g", "Group")
    leaves = [
        Criterion(f"c{k}", name, "g" if k < 2 else None, scale, swing="from nothing to everything")
        for k, name in enumerate(NAMES)
    ]
    pieces = [Evidence(f"e{k}{n}", f"E{k}{n}", f"Claim {k}{n}") for k in range(4) for n in range(4)]
    scores = {
        (f"o{i}", f"c{k}"): Score(float(x), x - 5.0, x + 5.0, "B", "because", evidence=(f"e{k}{i}",))
        for (i, k), x in np.ndenumerate(TABLE)
    }
    weights = {"c0": 40.0, "c1": 30.0, "c2": 20.0, "c3": 10.0}
    parties = (Perspective("p", "All", weights=weights), Perspective("q", "Others", weights=weights))
    options = tuple(Option(f"o{i}", letter) for i, letter in enumerate("ABCD"))
    return Study(
        "s", "Example", options=options, criteria=(group, *leaves), scores=scores, perspectives=parties,
        evidence=tuple(pieces),
    )  # fmt: skip


def findings(study: Study, seen: frozenset[str] = SEEN) -> dict[str, Finding]:
    can_rank = bool(study.included() and study.leaves() and study.perspectives)
    firm = firmness(study, "p", samples=50) if can_rank and len(study.included()) > 1 else None
    result = evaluate(study, "p") if can_rank else None
    found = review(Case(study, result, firm.never_first if firm else None, seen))
    assert len({finding.key for finding in found}) == len(found)
    return {finding.key: finding for finding in found}


def with_scores(study: Study, **changes: object) -> Study:
    """The first score, and the last of the next criterion, changed."""
    cells = {cell: replace(study.scores[cell], **changes) for cell in (("o0", "c0"), ("o3", "c1"))}  # type: ignore[arg-type]
    return replace(study, scores={**study.scores, **cells})


def with_leaf(study: Study, leaf: str, **changes: object) -> Study:
    nodes = (replace(node, **changes) if node.id == leaf else node for node in study.criteria)  # type: ignore[arg-type]
    return replace(study, criteria=tuple(nodes))


def with_column(study: Study, leaf: str, column: list[float]) -> Study:
    new = {(f"o{i}", leaf): replace(study.scores[f"o{i}", leaf], likely=x, low=x, high=x) for i, x in enumerate(column)}
    return replace(study, scores={**study.scores, **new})


def with_row(study: Study, option: int, row: list[float]) -> Study:
    new = {
        (f"o{option}", f"c{k}"): replace(study.scores[f"o{option}", f"c{k}"], likely=x, low=x, high=x)
        for k, x in enumerate(row)
    }
    return replace(study, scores={**study.scores, **new})


def with_weights(study: Study, **weights: float) -> Study:
    return replace(study, perspectives=(replace(study.perspectives[0], weights=weights), study.perspectives[1]))


def with_option(study: Study, **changes: object) -> Study:
    return replace(study, options=(*study.options[:3], replace(study.options[3], **changes)))  # type: ignore[arg-type]


def with_shared_evidence(study: Study) -> Study:
    shared = {(f"o{i}", "c3"): replace(study.scores[f"o{i}", "c3"], evidence=(f"e2{i}",)) for i in range(4)}
    return replace(study, scores={**study.scores, **shared})


def unassessed(study: Study) -> Study:
    return replace(study, perspectives=(study.perspectives[0], replace(study.perspectives[1], assessed=False)))


BARE = Scale(levels=ENDS[:1], kind=ScaleKind.CONSTRUCTED)
FITTED = Scale(20.0, 90.0, kind=ScaleKind.CONSTRUCTED)
TWO = ("“A” on “Safety”", "“D” on “Price”")
CASES: dict[str, tuple[Callable[[Study], Study], Group, str, tuple[Place, ...]]] = {
    "missing": (
        lambda study: with_scores(study, likely=None, low=None, high=None),
        Group.FIRST,
        "2 of 16 scores are missing: “A” on “Safety”; “D” on “Price”.",
        (Place(TWO[0], "o0", "c0"), Place(TWO[1], "o3", "c1")),
    ),
    "unassessed": (
        unassessed,
        Group.FIRST,
        "1 of 2 perspectives has equal weights that nobody has assessed: “Others”.",
        (Place("“Others”", perspective="q"),),
    ),
    "swing": (
        lambda study: with_leaf(study, "c2", swing=" "),
        Group.FIRST,
        "1 of 4 weights was set without a worded range: “Beauty”.",
        (Place("“Beauty”", criterion="c2"),),
    ),
    "ends": (
        lambda study: with_leaf(study, "c2", scale=BARE),
        Group.FIRST,
        "1 of 4 scales lacks words at an end: “Beauty” at 100.",
        (Place("“Beauty” at 100", criterion="c2"),),
    ),
    "local": (
        lambda study: with_leaf(study, "c3", scale=FITTED),
        Group.LOOK,
        "1 of 4 scales is fitted to these options: “Noise” (20 to 90).",
        (Place("“Noise” (20 to 90)", criterion="c3"),),
    ),
    "correlated": (
        lambda study: with_column(study, "c1", [15.0, 45.0, 25.0, 37.5]),
        Group.LOOK,
        "1 pair of criteria goes together: “Safety” and “Price” (correlation −1.00).",
        (Place("“Safety” and “Price” (correlation −1.00)", criterion="c0"),),
    ),
    "shared_evidence": (
        with_shared_evidence,
        Group.LOOK,
        "1 pair of criteria shares its evidence: “Beauty” and “Noise” (4 of 4 pieces).",
        (Place("“Beauty” and “Noise” (4 of 4 pieces)", criterion="c2"),),
    ),
    "alike": (
        lambda study: with_leaf(study, "c3", name="Safetys"),
        Group.LOOK,
        "1 pair of criteria has names that read alike: “Safety” and “Safetys”.",
        (Place("“Safety” and “Safetys”", criterion="c0"),),
    ),
    "split": (
        lambda study: with_weights(study, c0=30.0, c1=24.0, c2=26.0, c3=20.0),
        Group.LOOK,
        "For “All”, 1 group weighs what counting criteria would give: "
        "“Group” (54.0 % of the weight, 2 of 4 criteria = 50.0 %).",
        (Place("“Group” (54.0 % of the weight, 2 of 4 criteria = 50.0 %)", criterion="g"),),
    ),
    "dominated": (
        lambda study: with_row(study, 3, [60.0, 50.0, 70.0, 15.0]),
        Group.LOOK,
        "1 of 4 options is nowhere better than another and somewhere worse: “D” (beaten by “C”).",
        (Place("“D” (beaten by “C”)", "o3"),),
    ),
    "never_first": (
        # Behind the middle of A and C everywhere, yet ahead of each somewhere.
        lambda study: with_row(study, 1, [65.0, 40.0, 60.0, 40.0]),
        Group.LOOK,
        "1 of 4 options can never be first: “B”.",
        (Place("“B”", "o1"),),
    ),
    "excluded": (
        lambda study: with_option(study, excluded=True),
        Group.LOOK,
        "1 of 1 excluded option has no reason: “D”.",
        (Place("“D”", "o3"),),
    ),
    "rationale": (
        lambda study: with_scores(study, rationale=" "),
        Group.LOOK,
        "2 of 16 scores have no rationale: “A” on “Safety”; “D” on “Price”.",
        (Place(TWO[0], "o0", "c0"), Place(TWO[1], "o3", "c1")),
    ),
    "evidence": (
        lambda study: with_scores(study, evidence=()),
        Group.LOOK,
        "2 of 16 scores cite no evidence: “A” on “Safety”; “D” on “Price”.",
        (Place(TWO[0], "o0", "c0"), Place(TWO[1], "o3", "c1")),
    ),
    "confidence": (
        lambda study: with_scores(study, confidence="D"),
        Group.LOOK,
        "2 of 16 scores have confidence D (little evidence): “A” on “Safety”; “D” on “Price”.",
        (Place(TWO[0], "o0", "c0"), Place(TWO[1], "o3", "c1")),
    ),
    "ranges": (
        lambda study: with_scores(study, low=None, high=None),
        Group.LOOK,
        "2 of 16 scores have no low and high end: “A” on “Safety”; “D” on “Price”.",
        (Place(TWO[0], "o0", "c0"), Place(TWO[1], "o3", "c1")),
    ),
    "problem.outside_scale": (
        lambda study: with_column(study, "c3", [20.0, 60.0, 15.0, 120.0]),
        Group.LOOK,
        "The score of “D” on “Noise” lies outside the scale and counts as the nearer end.",
        (Place("The score of “D” on “Noise” lies outside the scale and counts as the nearer end.", "o3", "c3"),),
    ),
    "problem.duplicate_name": (
        lambda study: with_option(study, name="a"),
        Group.FIRST,
        "2 options are called “A”.",
        (Place("2 options are called “A”.", "o0"),),
    ),
}


@pytest.mark.parametrize("key", CASES)
def test_each_finding_comes_with_its_cause_and_is_in_order_without_it(key: str) -> None:
    spoil, group, sentence, places = CASES[key]
    before, after = findings(sound()), findings(spoil(sound()))[key]
    assert (after.group, after.sentence, after.places) == (group, sentence, places)
    assert after.why
    assert key.startswith("problem.") or before[key].group is Group.ORDER
    assert key not in before or not before[key].places


def test_a_sound_study_that_was_looked_at_has_all_checks_in_order() -> None:
    found = findings(sound())
    assert {finding.group for finding in found.values()} == {Group.ORDER}
    assert set(found) == {check.key for check in CHECKS} | {"problem"}
    assert tally(tuple(found.values())) == "19 checks: 0 to do first, 0 worth a look, 19 in order"


def test_perspectives_and_tabs_that_were_never_on_show_are_named_and_the_present_one_is_not() -> None:
    found = findings(sound(), frozenset({"robustness"}))
    assert found["unopened"].places == (Place("“Others”", perspective="q"),)
    assert [place.tab for place in found["varied"].places] == ["perspectives"]
    assert [place.tab for place in findings(sound(), frozenset())["varied"].places] == [
        "sensitivity",
        "tornado",
        "perspectives",
    ]


def test_an_option_excluded_with_a_reason_is_in_order_and_the_reason_is_said() -> None:
    found = findings(with_option(sound(), excluded=True, why_excluded="too dear"))["excluded"]
    assert found.group is Group.ORDER
    assert found.sentence == "1 option is excluded, with a reason: “D” (too dear)."


def test_a_scale_in_a_unit_without_worded_ends_may_wait_and_one_in_levels_may_not() -> None:
    in_metres = Scale(unit="m", kind=ScaleKind.NATURAL)
    assert findings(with_leaf(sound(), "c2", scale=in_metres))["ends"].group is Group.LOOK
    assert findings(with_leaf(sound(), "c2", scale=replace(in_metres, unit="")))["ends"].group is Group.FIRST


def test_what_is_so_by_definition_needs_neither_evidence_nor_a_range() -> None:
    found = findings(with_scores(sound(), evidence=(), low=None, high=None, origin=Origin.DEFINITION))
    assert found["evidence"].sentence == "14 scores: each cites evidence."
    assert found["ranges"].sentence == "14 scores: each has a low and a high end."


def test_an_option_with_a_missing_score_is_called_beaten_only_where_no_score_could_save_it() -> None:
    study = with_row(sound(), 3, [60.0, 50.0, 70.0, 15.0])
    gone = {("o3", "c3"): Score()}
    saved = findings(replace(study, scores={**study.scores, **gone}))
    assert saved["dominated"].group is Group.ORDER
    assert "never_first" not in saved
    best = replace(study.scores["o2", "c3"], likely=100.0, low=100.0, high=100.0)
    lost = findings(replace(study, scores={**study.scores, **gone, ("o2", "c3"): best}))
    assert [place.option for place in lost["dominated"].places] == ["o3"]


def test_names_that_differ_in_their_numbers_only_do_not_read_alike() -> None:
    study = with_leaf(with_leaf(sound(), "c2", name="Quality of place 1"), "c3", name="Quality of place 2")
    assert findings(study)["alike"].group is Group.ORDER


@pytest.mark.parametrize("gaps", [0, 6])
def test_correlated_columns_are_those_that_numpy_finds_over_the_rows_both_have(gaps: int) -> None:
    draw = np.random.default_rng(7)
    values = draw.normal(size=(9, 3)) @ draw.normal(size=(3, 8))
    values[:, 7] = 50.0
    values.flat[draw.choice(values.size, gaps, replace=False)] = np.nan
    expected = {}
    for one in range(7):
        for other in range(one + 1, 7):
            both = ~np.isnan(values[:, one] + values[:, other])
            r = np.corrcoef(values[both, one], values[both, other])[0, 1]
            if abs(r) >= CLOSE:
                expected[one, other] = pytest.approx(r)
    found = {(one, other): r for one, other, r in correlations(values)}
    assert found == expected
    assert found


def test_fewer_than_four_options_say_nothing_of_correlation() -> None:
    study = sound()
    three = replace(study, options=study.options[:3], scores={c: s for c, s in study.scores.items() if c[0] != "o3"})
    assert "correlated" not in findings(three)
    assert not list(correlations(TABLE[:3]))


def test_the_bundled_study_is_told_what_its_own_figures_say() -> None:
    study = security_guarantees.load()
    for party in study.perspectives:
        firm = firmness(study, party.id, samples=50)
        found = {finding.key: finding for finding in review(Case(study, firm.result, firm.never_first))}
        doubtful = {cell for cell, score in study.scores.items() if score.confidence == "D"}
        assert {(place.option, place.criterion) for place in found["confidence"].places} == doubtful
        assert f"{len(doubtful)} of {len(study.scores)} scores" in found["confidence"].sentence
        counts = firm.result.shares > 0
        beaten = dominated(firm.result.table.values[:, counts]).by >= 0
        rows = firm.result.table.rows
        assert {rows[place.option or ""] for place in found["dominated"].places} == set(np.flatnonzero(beaten))
        never = set(np.flatnonzero(firm.never_first & ~beaten))
        assert {rows[place.option or ""] for place in found["never_first"].places} == never


def test_nothing_that_the_study_checks_find_is_left_out_or_said_twice() -> None:
    study = with_scores(with_option(sound(), name="a"), likely=None, low=None, high=None)
    told = [problem for problem in problems_of(study) if problem.kind != "missing_score"]
    assert [type(problem) for problem in told] == [Problem]
    found = findings(study)
    assert [key for key in found if key.startswith("problem")] == [f"problem.{problem.kind}" for problem in told]


@pytest.mark.parametrize("part", ["options", "criteria", "perspectives"])
def test_a_study_without_a_part_is_checked_as_far_as_it_goes(part: str) -> None:
    study = replace(sound(), scores={}, **{part: ()})  # type: ignore[arg-type]
    found = findings(study)
    assert any(finding.group is Group.FIRST and key.startswith("problem.no_") for key, finding in found.items())


def test_the_text_names_every_place_in_its_group_and_why_it_matters() -> None:
    study = with_scores(sound(), likely=None, low=None, high=None)
    text = as_text("Example", "All", tuple(findings(study).values()))
    first, order = text.split("\nIn order (")
    assert first.startswith("Checks of Example, with the weights of All\n")
    assert "\nTo do first (1)\n- Completeness. 2 of 16 scores are missing:" in first
    assert "  Why it matters: Totals stay ranges" in first
    assert "  * “A” on “Safety”\n  * “D” on “Price”\n" in first
    assert "Why it matters" not in order


def test_a_review_that_is_called_off_stops() -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        review(Case(sound()), cancel)
