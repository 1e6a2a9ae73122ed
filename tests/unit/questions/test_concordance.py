"""The same study under every method: what is shown, why they differ, and that the help says what the code does."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

import resources
from db.study.model import Criterion, Direction, Known, Option, Perspective, Scale, Score, Study
from desktop.analysis.arrays import Array
from desktop.analysis.ranking import additive, ranks
from desktop.analysis.reversal import min_max
from desktop.evaluation import evaluate, table_of
from desktop.exchange.concordance_text import methods_text
from desktop.questions.concordance import METHODS, Comparer, Concordance, concordance
from seeds import security_guarantees

EXAMPLE = np.array([(15, 60, 5), (40, 70, 70), (40, 45, 15), (45, 25, 45)], dtype=float)
WEIGHTS = (50.0, 30.0, 20.0)
LOCAL = "Weighted sum, local scale"


def study_of(matrix: Array, weights: tuple[float, ...] = WEIGHTS, lower: frozenset[int] = frozenset()) -> Study:
    leaves = tuple(
        Criterion(f"c{k}", f"Criterion {k}", scale=Scale(direction=Direction.LOWER if k in lower else Direction.HIGHER))
        for k in range(len(weights))
    )
    options = tuple(Option(f"o{i}", letter) for i, letter in enumerate("ABCDEFGH"[: len(matrix)]))
    scores = {
        (f"o{i}", f"c{k}"): Score(likely=None if np.isnan(x) else float(x)) for (i, k), x in np.ndenumerate(matrix)
    }
    party = Perspective("p", "All", weights={f"c{k}": weight for k, weight in enumerate(weights)})
    return Study("s", "Example", options=options, criteria=leaves, scores=scores, perspectives=(party,))


def ranks_of(found: Concordance) -> dict[str, list[int]]:
    return {one.method: one.ranks.tolist() for one in found.methods}


def help_table() -> dict[str, list[int]]:
    lines = [line for line in resources.read_text("help/methods.md").splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {name: [int(rank) for rank in row] for name, *row in cells[2:] if len(row) == 7}


def test_the_table_in_the_help_is_what_the_methods_find() -> None:
    found = ranks_of(concordance(study_of(EXAMPLE), "p"))
    without = ranks_of(concordance(study_of(EXAMPLE[1:]), "p"))
    local = [ranks(additive(min_max(rows), WEIGHTS)[0]).tolist() for rows in (EXAMPLE, EXAMPLE[1:])]
    shown = help_table()
    assert shown == {LOCAL: local[0] + local[1]} | {name: found[name] + without[name] for name in found}


def test_every_method_of_the_table_is_explained_in_the_help() -> None:
    text = resources.read_text("help/methods.md")
    for method in METHODS[1:]:
        assert f"**{method.name}" in text


def test_the_first_method_is_the_ranking_of_the_study() -> None:
    study = security_guarantees.load()
    for party in study.perspectives:
        found = concordance(study, party.id)
        result = evaluate(study, party.id)
        assert found.methods[0].scores == pytest.approx(result.totals)
        assert (found.methods[0].ranks == result.best_rank).all()
        assert found.methods[0].tau == 1.0
        assert found.methods[0].reversals == ()


def test_leaving_out_the_loser_is_said_to_change_the_winner_of_vikor() -> None:
    found = {one.method: one for one in concordance(study_of(EXAMPLE), "p").methods}
    assert found["VIKOR"].reversals == (0,)
    assert found["Weighted sum"].reversals == ()


def test_the_winner_without_an_option_is_that_of_the_study_without_it() -> None:
    study = study_of(EXAMPLE)
    whole = concordance(study, "p")
    for gone in range(4):
        rest = concordance(study_of(np.delete(EXAMPLE, gone, axis=0)), "p")
        kept = np.delete(np.arange(4), gone)
        local = ranks(additive(min_max(np.delete(EXAMPLE, gone, axis=0)), WEIGHTS)[0])
        assert whole.local is not None
        for one, places in zip(
            (*whole.methods, whole.local), (*(other.ranks for other in rest.methods), local), strict=True
        ):
            assert one.removals[gone].winners == tuple(kept[places == 1].tolist())
            before = set(np.flatnonzero(one.ranks == 1).tolist()) - {gone}
            assert one.removals[gone].winner_changed == bool(before and before != set(one.removals[gone].winners))


def test_scales_made_from_the_options_are_said_to_change_the_winner_of_the_help_example() -> None:
    found = concordance(study_of(EXAMPLE), "p")
    assert found.local is not None
    assert found.local.ranks.tolist() == help_table()[LOCAL][:4]
    assert found.local.reversals == (0,)
    assert found.local_ends == ()


def test_a_scale_that_ends_at_the_worst_and_best_of_the_options_is_named() -> None:
    matrix = EXAMPLE.copy()
    matrix[[0, 1], [2, 2]] = (0.0, 100.0)
    assert concordance(study_of(matrix), "p").local_ends == (2,)
    assert concordance(study_of(matrix, (50.0, 30.0, 0.0)), "p").local_ends == ()


def test_what_is_kept_between_two_weights_changes_no_ranking() -> None:
    comparer, table = Comparer(), table_of(study_of(EXAMPLE))
    for shares in ((0.5, 0.3, 0.2), (0.1, 0.6, 0.3), (0.0, 0.5, 0.5), (0.2, 0.2, 0.6)):
        kept = comparer.compare(table, np.array(shares), "All")
        anew = concordance(study_of(EXAMPLE, shares), "p")
        assert not kept.is_whole
        assert ranks_of(kept) == ranks_of(anew)
        for one, other in zip(kept.methods, anew.methods, strict=True):
            assert one.scores == pytest.approx(other.scores)
            assert (one.tau, one.why) == (other.tau, other.why)


def test_an_option_better_everywhere_is_first_under_every_method() -> None:
    matrix = np.vstack((EXAMPLE, EXAMPLE.max(axis=0) + 5))
    assert all(row[-1] == 1 for row in ranks_of(concordance(study_of(matrix), "p")).values())


def test_a_criterion_where_less_is_better_is_taken_so_by_every_method() -> None:
    turned = EXAMPLE.copy()
    turned[:, 0] = 100.0 - turned[:, 0]
    plain, other = concordance(study_of(EXAMPLE), "p"), concordance(study_of(turned, lower=frozenset({0})), "p")
    for method in ("Weighted sum", "Weighted product", "VIKOR", "PROMETHEE II", "Ranks times weights"):
        assert ranks_of(plain)[method] == ranks_of(other)[method]


def test_a_value_of_nothing_is_said_to_wipe_an_option_out() -> None:
    matrix = EXAMPLE.copy()
    matrix[1, 2] = 0.0
    found = {one.method: one for one in concordance(study_of(matrix), "p").methods}
    assert any("wipes out B" in sentence for sentence in found["Weighted product"].why)
    assert any("instead of" in sentence for sentence in found["Weighted product"].why)


def test_a_missing_score_that_counts_is_refused_with_its_place_and_one_without_weight_is_not() -> None:
    matrix = EXAMPLE.copy()
    matrix[2, 1] = np.nan
    with pytest.raises(Known, match="“C” on “Criterion 1” is missing"):
        concordance(study_of(matrix), "p")
    found = concordance(study_of(matrix, (50.0, 0.0, 20.0)), "p")
    assert ranks_of(found)["Weighted sum"] == [4, 1, 3, 2]


def test_one_option_alone_is_first_under_every_method() -> None:
    found = concordance(study_of(EXAMPLE[:1]), "p")
    assert all(one.ranks.tolist() == [1] and one.reversals == () for one in found.methods)


def test_the_text_for_reading_says_ranks_reasons_and_reversals() -> None:
    text = methods_text(study_of(EXAMPLE), "p", "table")
    assert "  B    1    1    1    1    1    1" in text
    assert "Leaving out “A” would put another of the rest first." in " ".join(text.split())
    assert all(len(line) <= 100 for line in text.splitlines())


def test_the_table_for_programs_holds_every_method_and_option() -> None:
    study = study_of(EXAMPLE)
    study = replace(study, options=(replace(study.options[0], name="=A"), *study.options[1:]))
    rows = list(csv.DictReader(io.StringIO(methods_text(study, "p", "csv"))))
    assert len(rows) == len(METHODS) * 4
    assert {row["option"] for row in rows} == {"'=A", "B", "C", "D"}
    whole = json.loads(methods_text(study, "p", "json"))
    assert [one["method"] for one in whole["methods"]] == [method.name for method in METHODS]
    assert whole["methods"][3]["removals_that_change_the_winner"] == ["=A"]
