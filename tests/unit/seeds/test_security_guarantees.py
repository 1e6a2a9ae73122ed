"""The bundled study is whole, says honestly where its numbers come from, and gives the published totals."""

from __future__ import annotations

import ast
import dataclasses
import itertools
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from db.study.model import Criterion, Direction, Evidence, Origin, PerspectiveKind, Score, Shape, Study
from desktop.evaluation import evaluate
from seeds import security_guarantees as seed

PERSPECTIVES = (
    "kyiv",
    "washington",
    "european_coalition",
    "frontline_allies",
    "moscow_stress",
    "four_named",
)
HALF_A_TENTH = Fraction(1, 20)


@pytest.fixture(scope="module")
def study() -> Study:
    return seed.load()


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    return seed.read()


def exact(number: float) -> Fraction:
    """The decimal somebody wrote, not the binary number nearest to it."""
    return Fraction(repr(number))


def value(leaf: Criterion, score: float) -> Fraction:
    """What a score is worth, 0 to 100, by straight lines between the corners of the value function."""
    scale = leaf.scale
    assert scale is not None
    falls = scale.direction is Direction.LOWER
    ends = ((scale.low, 100.0 if falls else 0.0), (scale.high, 0.0 if falls else 100.0))
    corners = [(exact(x), exact(worth)) for x, worth in (scale.points or ends)]
    x = min(max(exact(score), corners[0][0]), corners[-1][0])
    for (left, below), (right, above) in itertools.pairwise(corners):
        if left <= x <= right:
            return below + (above - below) * (x - left) / (right - left)
    raise AssertionError(f"{score} lies on no stretch of {leaf.name}")


def total(study: Study, option: str, perspective: str) -> Fraction:
    weights = study.perspective(perspective).weights
    parts = [exact(weights[leaf.id]) * value(leaf, likely(study, option, leaf.id)) for leaf in study.leaves()]
    return sum(parts, Fraction(0)) / sum((exact(points) for points in weights.values()), Fraction(0))


def likely(study: Study, option: str, leaf: str) -> float:
    found = study.scores[option, leaf].likely
    assert found is not None
    return found


def published(data: dict[str, Any], perspective: str) -> dict[str, Fraction]:
    ranking = data["checks"]["results"][perspective]["ranking"]
    return {seed.option_id(row["option"]): exact(row["total"]) for row in ranking}


def test_the_study_holds_every_object_of_the_data(study: Study) -> None:
    kinds = Counter(item.kind for item in study.evidence)
    assert (len(study.options), len(study.leaves()), len(study.scores)) == (10, 12, 120)
    assert len(study.perspectives) == 6
    assert (kinds["source"], kinds["seed statement"], kinds["assumption"]) == (78, 50, 10)
    assert set(study.scores) == set(itertools.product((o.id for o in study.options), (c.id for c in study.leaves())))


@pytest.mark.parametrize("perspective", PERSPECTIVES)
def test_exact_totals_reproduce_the_published_ones(study: Study, data: dict[str, Any], perspective: str) -> None:
    expected = published(data, perspective)
    assert len(expected) == 10
    for option, figure in expected.items():
        assert abs(total(study, option, seed.perspective_id(perspective)) - figure) <= HALF_A_TENTH


@pytest.mark.parametrize("perspective", PERSPECTIVES)
def test_the_engine_reproduces_the_exact_totals(study: Study, data: dict[str, Any], perspective: str) -> None:
    party = seed.perspective_id(perspective)
    result = evaluate(study, party)
    totals = {option: float(result.totals[row]) for option, row in result.table.rows.items()}
    assert totals == pytest.approx({o.id: float(total(study, o.id, party)) for o in study.options}, abs=1e-9)
    first = data["checks"]["results"][perspective]["ranking"][0]["option"]
    assert result.table.options[result.order[0]].id == seed.option_id(first)


def test_weights_of_every_perspective_sum_to_a_hundred(study: Study) -> None:
    assert {sum(perspective.weights.values()) for perspective in study.perspectives} == {100.0}
    leaves = {leaf.id for leaf in study.leaves()}
    assert all(set(perspective.weights) == leaves for perspective in study.perspectives)


def test_nothing_that_is_a_judgement_looks_sourced(study: Study, data: dict[str, Any]) -> None:
    words = {
        (seed.option_id(r["option"]), seed.criterion_id(r["criterion"])): r["number_origin"] for r in data["scores"]
    }
    assert {cell: score.origin_note for cell, score in study.scores.items()} == words
    for cell, score in study.scores.items():
        assert score.origin not in (Origin.SEED, Origin.CITED)
        assert (score.origin is Origin.JUDGEMENT) == ("judgement" in words[cell])
        if "assumed" in words[cell] or "illustrative inputs" in words[cell]:
            assert score.origin is Origin.ASSUMED
    assert {perspective.origin for perspective in study.perspectives} == {Origin.JUDGEMENT}


def test_only_computed_scores_rest_on_assumptions(study: Study) -> None:
    assumptions = {item.id for item in study.evidence if item.kind == "assumption"}
    computed = (Origin.COMPUTED, Origin.ASSUMED)
    for score in study.scores.values():
        assert bool(assumptions & set(score.evidence)) == (score.origin in computed)
    cited = {item for score in study.scores.values() for item in score.evidence}
    assert assumptions <= cited


def test_computed_scores_follow_from_the_stated_assumptions(study: Study, data: dict[str, Any]) -> None:
    for record in data["options"]:
        for end in ("low", "likely", "high"):
            assert stated(study, record["id"], "troop_load", end) == pytest.approx(load(data, record, end), abs=0.0501)
            assert stated(study, record["id"], "cost", end) == pytest.approx(cost(data, record, end), abs=0.00501)


def stated(study: Study, option: str, criterion: str, end: str) -> float:
    number = getattr(study.scores[seed.option_id(option), seed.criterion_id(criterion)], end)
    assert isinstance(number, float)
    return number


def figure(data: dict[str, Any], parameter: str, end: str) -> Fraction:
    return next(exact(record[end]) for record in data["parameters"] if record["id"] == parameter)


def load(data: dict[str, Any], option: dict[str, Any], end: str) -> float:
    pool = data["force_generation"]["pools"][0]["total"]
    return float(100 * option["deployed"][end] * figure(data, "rotation_factor", end) / pool)


def cost(data: dict[str, Any], option: dict[str, Any], end: str) -> float:
    package, monitors = option["package"], option["monitors"][end]
    soldiers = 0 if package["posture"] == "observers" else option["deployed"][end]
    people = soldiers * figure(data, "usd_per_soldier_year", end) + monitors * figure(data, "usd_per_monitor_year", end)
    extras = {
        "sensors_usd_bn": bool(monitors),
        "air_sea_usd_bn": package["air_sea"] == "active",
        "us_backstop_usd_bn": package["us_role"] == "intel_vow",
        "extra_aid_usd_bn": package["ua_support"] == "increased",
        "pledge_standby_usd_bn": package["legal"] == "art5_like" and package["posture"] == "none",
    }
    return float(people / 10**9 + sum(figure(data, name, end) for name, applies in extras.items() if applies))


def test_every_citation_resolves(study: Study) -> None:
    known = {item.id for item in study.evidence}
    assert {cited for option in study.options for cited in option.evidence} <= known
    assert {cited for perspective in study.perspectives for cited in perspective.evidence} <= known
    assert {cited for score in study.scores.values() for cited in score.evidence} <= known
    assert len({item.ref for item in study.evidence}) == len(study.evidence) == len(known)


def test_every_judged_score_has_a_range_a_reason_and_a_confidence(study: Study) -> None:
    for score in study.scores.values():
        assert score.low is not None
        assert score.likely is not None
        assert score.high is not None
        assert score.low <= score.likely <= score.high
        assert score.rationale
        assert score.confidence in tuple("ABCD")
        assert score.changed_by
        assert score.changed_at.startswith("2025-08-20")


def test_scores_and_worded_levels_lie_on_their_scales(study: Study) -> None:
    for leaf in study.leaves():
        scale = leaf.scale
        assert scale is not None
        assert len(scale.levels) == 5
        numbers = [level.x for level in scale.levels]
        numbers += [x for (_, column), score in study.scores.items() if column == leaf.id for x in ends(score)]
        assert all(scale.low <= x <= scale.high for x in numbers)


def ends(score: Score) -> tuple[float, float]:
    assert score.low is not None
    assert score.high is not None
    return score.low, score.high


def test_bent_value_functions_run_from_worst_to_best(study: Study) -> None:
    bent = {leaf.name: leaf for leaf in study.leaves() if leaf.scale and leaf.scale.shape is Shape.PIECEWISE}
    assert set(bent) == {"Troop availability", "Speed of deployment", "Cost"}
    for leaf in bent.values():
        assert leaf.scale is not None
        assert value(leaf, leaf.scale.worst) == 0
        assert value(leaf, leaf.scale.best) == 100


def test_every_leaf_words_its_swing_after_its_name(study: Study) -> None:
    for leaf in study.leaves():
        assert leaf.swing.startswith("from ")
        assert " to " in leaf.swing
        assert leaf.definition
        assert leaf.excludes


def test_colours_count_the_leaves_in_the_order_of_the_tree(study: Study) -> None:
    assert [leaf.colour for leaf in study.leaves()] == list(range(12))


def test_a_stress_test_and_a_reference_are_marked_as_such(study: Study) -> None:
    kinds = {perspective.name: perspective.kind for perspective in study.perspectives}
    assert kinds.pop("Moscow (stress test only)") is PerspectiveKind.STRESS_TEST
    assert kinds.pop("Four criteria only, equal weight") is PerspectiveKind.REFERENCE
    assert set(kinds.values()) == {PerspectiveKind.STAKEHOLDER}


def test_options_say_how_large_they_are_and_what_they_contain(study: Study) -> None:
    for option in study.options:
        assert len(option.facts) == 12
        assert all(label and text for label, text in option.facts)
    observers = dict(study.option(seed.option_id("observer_force")).facts)
    assert observers["Foreign personnel deployed"].startswith("400 (low 200, high 600); seed says a few hundred")
    assert observers["Front-line watching"] == "Coalition observers"


def test_no_text_speaks_of_who_asked_for_the_study(study: Study) -> None:
    texts = list(strings(study))
    assert len(texts) > 1000
    assert not [text for text in texts if "user named" in text or "_" in text.split("://")[0]]


def strings(thing: object) -> Iterator[str]:
    """Every text in the study a reader may see; ids and addresses are not for reading."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, dict):
        for item in thing.values():
            yield from strings(item)
    elif isinstance(thing, (tuple, list)):
        for item in thing:
            yield from strings(item)
    elif dataclasses.is_dataclass(thing):
        hidden = {"url"} if isinstance(thing, Evidence) else set()
        for field in dataclasses.fields(thing):
            if field.name not in hidden:
                yield from strings(getattr(thing, field.name))


def test_the_study_is_the_same_in_every_process(study: Study) -> None:
    script = "from seeds.security_guarantees import load; print(repr(load()))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == repr(study)


def test_the_loader_needs_the_standard_library_only() -> None:
    tree = ast.parse(Path(seed.__file__).read_text(encoding="utf-8"))
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {name.split(".")[0] for name in modules} - {"db"} <= sys.stdlib_module_names


def test_a_name_may_not_be_found_twice_among_siblings(study: Study) -> None:
    names = Counter((node.parent, node.name.casefold()) for node in study.criteria)
    assert set(names.values()) == {1}
    assert len({option.name for option in study.options}) == 10
