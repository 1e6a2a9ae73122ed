"""Perspectives side by side: what each ranks first, who agrees, and what each could accept."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from db.study.model import Id, Perspective, PerspectiveKind, Score, Study
from desktop.commands import MoveWeight
from desktop.evaluation import evaluate
from desktop.exchange import parties_text as text
from desktop.questions.parties import Gatherer, Parties, Slope
from seeds import security_guarantees

STAKEHOLDERS = ("Kyiv", "Washington", "European coalition", "Front-line allies")


def parties_of(study: Study) -> Parties:
    return Gatherer().gather(study)


@pytest.fixture(scope="module")
def study() -> Study:
    return security_guarantees.load()


def with_party(study: Study, **fields: object) -> Study:
    """The study with one more perspective, put first."""
    party = Perspective("new", "New party", **fields)  # type: ignore[arg-type]
    return replace(study, perspectives=(party, *study.perspectives))


def tau_by_hand(a: np.ndarray, b: np.ndarray) -> float:
    """Tau-b of two lists of totals, pair by pair."""
    both = first = second = 0
    for i, k in combinations(range(len(a)), 2):
        x, y = np.sign(a[i] - a[k]), np.sign(b[i] - b[k])
        both, first, second = both + x * y, first + abs(x), second + abs(y)
    return float(both / np.sqrt(first * second))


def test_every_party_has_the_result_it_has_by_itself_and_stakeholders_come_first(study: Study) -> None:
    found = parties_of(study)
    for party in found.all:
        assert party.sure.totals == pytest.approx(evaluate(study, party.id).totals, abs=1e-12)
    assert tuple(party.name for party in found.stakeholders) == STAKEHOLDERS
    turned = parties_of(replace(study, perspectives=tuple(reversed(study.perspectives))))
    assert [party.is_stakeholder for party in turned.all] == [True] * 4 + [False] * 2


def test_tau_and_concordance_are_those_counted_by_hand(study: Study) -> None:
    found = parties_of(study)
    totals = [party.sure.totals for party in found.ranked]
    for (i, a), (k, b) in combinations(enumerate(totals), 2):
        assert found.tau[i, k] == pytest.approx(tau_by_hand(a, b))
    p, m = 4, len(study.options)
    sums = sum(1 + (party.sure.totals[:, None] < party.sure.totals).sum(axis=1) for party in found.stakeholders)
    w = 12 * float(((sums - sums.mean()) ** 2).sum()) / (p * p * (m**3 - m))
    assert found.concordance == pytest.approx(w)
    assert found.likeness == pytest.approx((p * w - 1) / (p - 1))


def test_stress_tests_and_references_count_nowhere_among_the_stakeholders(study: Study) -> None:
    """Whatever the others think, everything that is said of the stakeholders together stays as it is."""
    only = parties_of(replace(study, perspectives=study.perspectives[:4]))
    found = parties_of(study)
    assert found.mean_rank is not None
    assert only.mean_rank is not None
    assert np.array_equal(found.mean_rank, only.mean_rank)
    assert found.concordance == only.concordance
    assert np.array_equal(found.preference, only.preference)
    assert np.array_equal(found.support(5.0), only.support(5.0))
    assert np.array_equal(found.furthest, only.furthest)


def test_mean_rank_takes_the_middle_of_tied_places() -> None:
    ones = tuple(Perspective(f"p{k}", f"Party {k}", weights={"c": 1.0}) for k in range(2))
    study = with_two_leaves(ones)
    assert parties_of(study).mean_rank == pytest.approx([1.5, 1.5, 3.0])


def with_two_leaves(parties: tuple[Perspective, ...]) -> Study:
    """Three options: on c 80, 80 and 20, on d 10, 90 and 50."""
    from db.study.model import Criterion, Option, Scale

    values = {"c": (80, 80, 20), "d": (10, 90, 50)}
    return Study(
        "s",
        "Small",
        options=tuple(Option(f"o{k}", "ABC"[k]) for k in range(3)),
        criteria=tuple(Criterion(leaf, leaf.upper(), scale=Scale()) for leaf in values),
        scores={(f"o{k}", leaf): Score(float(x)) for leaf, xs in values.items() for k, x in enumerate(xs)},
        perspectives=parties,
    )


def test_an_option_is_acceptable_within_the_margin_of_the_partys_own_best() -> None:
    c, d = (Perspective(leaf, leaf.upper(), weights={leaf: 1.0}) for leaf in "cd")
    found = parties_of(with_two_leaves((c, d)))
    assert [party.accepts(40.0).tolist() for party in found.all] == [[True, True, False], [False, True, True]]
    assert found.support(40.0).tolist() == [1, 2, 1]
    assert found.support(39.9).tolist() == [1, 2, 0]
    assert found.support(100.0).tolist() == [2, 2, 2]
    assert found.furthest.tolist() == [80.0, 0.0, 60.0]
    assert found.by_support(40.0, "c").tolist() == [1, 2, 0]


def test_more_margin_never_loses_support_and_at_the_furthest_all_accept(study: Study) -> None:
    found = parties_of(study)
    before = found.support(0.0)
    for margin in np.linspace(0.0, 100.0, 41):
        now = found.support(float(margin))
        assert (now >= before).all()
        before = now
    for row, margin in enumerate(found.furthest):
        assert found.support(float(margin))[row] == 4
        assert found.support(float(margin) - 1e-6)[row] < 4


def test_a_slope_counts_the_pairs_that_change_order_and_is_its_own_mirror(study: Study) -> None:
    found = parties_of(study)
    for first, second in combinations(found.ranked, 2):
        there, back = Slope(first, second), Slope(second, first)
        a, b = first.sure.totals, second.sure.totals
        crossed = sum((a[i] - a[k]) * (b[i] - b[k]) < 0 for i, k in combinations(range(len(a)), 2))
        assert there.reversed_pairs == back.reversed_pairs == crossed
        assert (there.moves == -back.moves).all()
        assert there.tau == pytest.approx(1 - 4 * crossed / (len(a) * (len(a) - 1)))


def test_a_weight_that_moves_leaves_all_other_parties_as_they_were(study: Study) -> None:
    gatherer = Gatherer()
    before = gatherer.gather(study)
    kyiv = study.perspectives[0].id
    moved = MoveWeight(kyiv, study.leaves()[0].id, 0.5).apply(study)
    after = gatherer.gather(moved, evaluate(moved, kyiv))
    again = gatherer.gather(moved)
    assert again.all[1:] == after.all[1:]
    fresh = parties_of(moved)
    assert [party.sure.totals.tolist() for party in again.all] == [party.sure.totals.tolist() for party in fresh.all]
    assert before.all[0].sure.totals.tolist() != after.all[0].sure.totals.tolist()
    assert gatherer.gather(moved) is again


def test_a_score_that_changes_changes_every_party(study: Study) -> None:
    gatherer = Gatherer()
    gatherer.gather(study)
    changed = replace(study, scores={**study.scores, (study.options[0].id, study.leaves()[0].id): Score(99.0)})
    now, fresh = gatherer.gather(changed, evaluate(changed, study.perspectives[1].id)), parties_of(changed)
    assert [party.sure.totals.tolist() for party in now.all] == [party.sure.totals.tolist() for party in fresh.all]


def test_a_party_without_weights_is_kept_with_its_reason_and_counts_nowhere(study: Study) -> None:
    found = parties_of(with_party(study))
    assert found.all[0].result is None
    assert "No criterion carries weight in “New party”" in found.all[0].trouble
    assert found.party("new") is None
    assert found.tau.shape == (6, 6)
    assert found.concordance == parties_of(study).concordance
    assert "New party cannot rank anything" in text.leaders_sentence(found)


def only(study: Study, *names: str) -> Parties:
    kept = tuple(party for party in study.perspectives if party.name in names)
    return parties_of(replace(study, perspectives=kept))


def called(study: Study, found: Parties) -> str:
    option = study.options[int(found.furthest.argmin())]
    return option.short or option.name


def test_sentences_say_who_leads_where_and_what_all_could_accept(study: Study) -> None:
    found = parties_of(study)
    said = text.leaders_sentence(found)
    assert said.startswith(
        "First: Armed Ukraine for 3 of 4 stakeholders; Reassurance + US for Kyiv; not counted among them: "
    )
    margin = float(found.furthest.min())
    assert f"yet: {called(study, found)} would be from {margin:.1f} points on" in text.common_sentence(
        found, margin - 0.1
    )
    assert text.common_sentence(found, margin).startswith(f"{called(study, found)} is acceptable to all 4")
    assert "Kendall's W" in text.concordance_sentence(found)
    assert f"{found.concordance:.2f}" in text.concordance_sentence(found)
    pair = found.least_alike()
    assert pair is not None
    assert text.least_alike_sentence(found).startswith(f"{pair.second.name} and {pair.first.name} disagree most")


@pytest.mark.parametrize(
    ("likeness", "word"), [(-0.2, "no more than chance"), (0.2, "very weakly"), (0.6, "moderately"), (1.0, "very str")]
)
def test_the_strength_of_agreement_is_said_beyond_chance(likeness: float, word: str) -> None:
    assert word in text.agreement_words(likeness)


def test_one_stakeholder_agrees_with_nobody_and_no_w_is_given(study: Study) -> None:
    found = only(study, "Kyiv")
    assert found.concordance is None
    assert found.least_alike() is None
    assert "two stakeholders" in text.concordance_sentence(found)
    alone = only(study, "Moscow (stress test only)")
    assert alone.mean_rank is None
    assert "No stakeholder" in text.common_sentence(alone, 5.0)


def test_missing_scores_are_said_to_leave_totals_in_the_middle_of_a_range(study: Study) -> None:
    cell: tuple[Id, Id] = (study.options[0].id, study.leaves()[0].id)
    gap = replace(study, scores={key: score for key, score in study.scores.items() if key != cell})
    found = parties_of(gap)
    assert not found.is_complete
    kyiv = found.all[0].sure
    assert found.all[0].ranks[0] == 1 + int((kyiv.totals > kyiv.totals[0] + 1e-7).sum())


def test_kinds_are_all_given_a_place() -> None:
    assert set(text.KIND_WORDS) == set(PerspectiveKind)
