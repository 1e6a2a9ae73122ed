"""Two-by-two choices: what answers imply, contradictions, the next question, and the worth of levels."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from desktop.analysis.arrays import Array, DomainError, InputError, ShapeError
from desktop.analysis.contradiction import ContradictionError
from desktop.analysis.tradeoffs import OPEN, Tradeoffs, tradeoffs
from desktop.analysis.tradeoffs_pairs import Answer, Choices, Pair, Preference, gains, pairs_of, row_of
from desktop.analysis.work import Cancelled

FIRST, EQUAL, SECOND = Preference.FIRST, Preference.EQUAL, Preference.SECOND
Levels = tuple[int, ...]


def lead(pair: Pair, worths: list[list[int]]) -> int:
    """How much the first option of a pair is worth more than the second, level by level."""
    first = worths[pair.criterion][pair.high] + worths[pair.other][pair.other_low]
    return first - worths[pair.criterion][pair.low] - worths[pair.other][pair.other_high]


def respond(pair: Pair, worths: list[list[int]]) -> Answer:
    """What somebody with these worths answers."""
    return Answer(pair, Preference(int(np.sign(lead(pair, worths)))))


def worths_of(levels: Levels, steps: list[int]) -> list[list[int]]:
    """The worth of each level from the steps between them."""
    parts = np.split(np.array(steps), np.cumsum([count - 1 for count in levels])[:-1])
    return [[0, *np.cumsum(part).tolist()] for part in parts]


def all_pairs(levels: Levels) -> list[Pair]:
    return [Pair(*row) for row in pairs_of(levels).tolist()]


@st.composite
def respondents(draw: DrawFn, most: int = 4, steps: int = 9) -> tuple[Levels, list[list[int]]]:
    """(levels, worths): whole numbers, so that ties occur."""
    levels = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=most).filter(lambda found: max(found) > 1)))
    size = sum(levels) - len(levels)
    return levels, worths_of(levels, draw(st.lists(st.integers(1, steps), min_size=size, max_size=size)))


def asked_to_the_end(levels: Levels, worths: list[list[int]]) -> Tradeoffs:
    found = tradeoffs(levels)
    for _ in range(len(found.pairs)):
        if found.question is None:
            break
        answers = (*found.choices.answers, respond(found.question, worths))
        found = tradeoffs(levels, answers, before=found)
    return found


@settings(max_examples=20, deadline=None)
@given(who=respondents())
def test_asking_to_the_end_orders_every_pair_as_the_respondent_does(who: tuple[Levels, list[list[int]]]) -> None:
    levels, worths = who
    found = asked_to_the_end(levels, worths)
    assert (found.question, found.remaining) == (None, 0)
    assert found.verdicts.tolist() == [respond(pair, worths).preferred for pair in all_pairs(levels)]
    for pair in all_pairs(levels):
        worth = lead(pair, [level.tolist() for level in found.utilities])
        assert np.sign(np.round(worth, 6)) == respond(pair, worths).preferred


@pytest.mark.parametrize("seed", range(3))
def test_far_fewer_questions_are_asked_than_there_are_pairs(seed: int) -> None:
    levels = (3, 4, 3, 4)
    steps = np.random.default_rng(seed).integers(1, 1000, sum(levels) - len(levels)).tolist()
    found = asked_to_the_end(levels, worths_of(levels, steps))
    assert len(found.choices.answers) * 3 < len(found.pairs)
    assert len(found.choices.answers) + len(found.implied()) == len(found.pairs)


def test_the_more_is_answered_the_nearer_come_the_weights() -> None:
    levels, worths = (4, 4, 4), [[0, 10, 30, 60], [0, 5, 15, 25], [0, 1, 5, 15]]
    found = asked_to_the_end(levels, worths)
    assert found.weights == pytest.approx([0.60, 0.25, 0.15], abs=0.05)
    assert abs(found.weights - [0.60, 0.25, 0.15]).max() < abs(tradeoffs(levels).weights - [0.60, 0.25, 0.15]).max()


@st.composite
def answered(draw: DrawFn) -> tuple[Levels, list[Answer]]:
    """A few consistent answers on a tiny set of levels."""
    levels = draw(st.sampled_from([(2, 2), (3, 2), (3, 3), (2, 2, 2), (3, 2, 2), (2, 2, 2, 2)]))
    size = sum(levels) - len(levels)
    worths = worths_of(levels, draw(st.lists(st.integers(1, 4), min_size=size, max_size=size)))
    chosen = draw(st.lists(st.sampled_from(all_pairs(levels)), max_size=4, unique=True))
    return levels, [respond(pair, worths) for pair in chosen]


def fitting(levels: Levels, answers: list[Answer]) -> Array:
    """Every vector of whole steps 1..12 that meets the answers."""
    steps = np.array(list(product(range(1, 13), repeat=sum(levels) - len(levels))))
    for answer in answers:
        said = np.sign(steps @ gains(np.array([row_of(answer.pair)]), levels)[0])
        steps = steps[said == answer.preferred]
    return steps


@settings(max_examples=20, deadline=None)
@given(case=answered())
def test_a_pair_is_implied_exactly_where_all_worths_that_fit_the_answers_agree(
    case: tuple[Levels, list[Answer]],
) -> None:
    levels, answers = case
    leads = np.sign(fitting(levels, answers) @ gains(pairs_of(levels), levels).T)
    assert leads.size
    agreed = np.where((leads == leads[0]).all(axis=0), leads[0], OPEN)
    assert tradeoffs(levels, answers).verdicts.tolist() == agreed.tolist()


@settings(max_examples=20, deadline=None)
@given(case=answered())
def test_implied_answers_can_be_given_without_changing_what_is_known(case: tuple[Levels, list[Answer]]) -> None:
    levels, answers = case
    found = tradeoffs(levels, answers)
    again = tradeoffs(levels, [*answers, *found.implied()])
    assert again.verdicts.tolist() == found.verdicts.tolist()
    assert again.implied() == ()


@settings(max_examples=20, deadline=None)
@given(case=answered(), data=st.data())
def test_the_opposite_of_an_implied_answer_is_a_contradiction_that_is_named(
    case: tuple[Levels, list[Answer]], data: st.DataObject
) -> None:
    levels, answers = case
    implied = tradeoffs(levels, answers).implied()
    assume(implied)
    chosen = data.draw(st.sampled_from(implied))
    opposite = data.draw(st.sampled_from([said for said in Preference if said != chosen.preferred]))
    with pytest.raises(ContradictionError) as caught:
        tradeoffs(levels, [*answers, Answer(chosen.pair, opposite)])
    conflict = caught.value.conflict
    assert len(answers) in conflict
    said = [*answers, Answer(chosen.pair, opposite)]
    for left_out in conflict:
        tradeoffs(levels, [said[place] for place in conflict if place != left_out])


@settings(max_examples=20, deadline=None)
@given(case=answered(), data=st.data())
def test_an_open_question_can_be_answered_in_every_way(case: tuple[Levels, list[Answer]], data: st.DataObject) -> None:
    levels, answers = case
    found = tradeoffs(levels, answers)
    assume(found.question is not None)
    for said in Preference:
        after = tradeoffs(levels, [*answers, Answer(found.question, said)], before=found)
        assert after.remaining < found.remaining


@settings(max_examples=20, deadline=None)
@given(case=answered())
def test_worths_rise_with_the_levels_meet_the_answers_and_sum_to_100(case: tuple[Levels, list[Answer]]) -> None:
    levels, answers = case
    found = tradeoffs(levels, answers)
    assert [len(worth) for worth in found.utilities] == list(levels)
    assert all(worth[0] == 0 and (np.diff(worth) > 0).all() for worth in found.utilities)
    assert sum(worth[-1] for worth in found.utilities) == pytest.approx(100)
    assert found.weights == pytest.approx([worth[-1] / 100 for worth in found.utilities])
    for answer in answers:
        assert np.sign(np.round(lead(answer.pair, [w.tolist() for w in found.utilities]), 7)) == answer.preferred


@settings(max_examples=20, deadline=None)
@given(case=answered(), data=st.data())
def test_neither_the_order_of_the_answers_nor_that_of_the_criteria_matters(
    case: tuple[Levels, list[Answer]], data: st.DataObject
) -> None:
    levels, answers = case
    order = data.draw(st.permutations(range(len(levels))))
    renamed = [Answer(permuted(answer.pair, order), answer.preferred) for answer in answers]
    found = tradeoffs(levels, answers)
    new_levels = tuple(levels[order.index(place)] for place in range(len(levels)))
    other = tradeoffs(new_levels, data.draw(st.permutations(renamed)))
    assert other.weights[order] == pytest.approx(found.weights, abs=1e-8)
    assert other.remaining == found.remaining


def permuted(pair: Pair, order: list[int]) -> Pair:
    k, low, high, other, other_low, other_high = row_of(pair)
    return Pair(order[k], low, high, order[other], other_low, other_high)


@settings(max_examples=20, deadline=None)
@given(case=answered(), data=st.data())
def test_turning_a_pair_round_turns_its_answer_round(case: tuple[Levels, list[Answer]], data: st.DataObject) -> None:
    levels, answers = case
    turned = [Answer(Pair(*row_of(a.pair)[3:], *row_of(a.pair)[:3]), Preference(-a.preferred)) for a in answers]
    found, other = tradeoffs(levels, answers), tradeoffs(levels, turned)
    assert other.verdicts.tolist() == found.verdicts.tolist()
    assert other.weights == pytest.approx(found.weights)
    assert other.implied() == found.implied()


@settings(max_examples=20, deadline=None)
@given(case=answered())
def test_an_earlier_result_saves_work_but_changes_nothing(case: tuple[Levels, list[Answer]]) -> None:
    levels, answers = case
    fresh = tradeoffs(levels, answers)
    for before in (tradeoffs(levels, answers[:2]), tradeoffs((2, 4)), tradeoffs(levels, answers)):
        found = tradeoffs(levels, answers, before=before)
        assert found.verdicts.tolist() == fresh.verdicts.tolist()
        assert found.question == fresh.question


def test_a_result_for_an_answer_taken_back_is_not_relied_upon() -> None:
    answer = Answer(Pair(0, 0, 1, 1, 0, 1), FIRST)
    assert tradeoffs((2, 2), [], before=tradeoffs((2, 2), [answer])).remaining == 1


def test_the_first_question_sets_the_widest_trade_off() -> None:
    assert tradeoffs((3, 3)).question == Pair(0, 0, 2, 1, 0, 2)
    assert tradeoffs((3, 3)).weights == pytest.approx([0.5, 0.5])


def test_transitive_answers_are_implied() -> None:
    found = tradeoffs((2, 2, 2), [Answer(Pair(0, 0, 1, 1, 0, 1), FIRST), Answer(Pair(1, 0, 1, 2, 0, 1), FIRST)])
    assert found.implied() == (Answer(Pair(0, 0, 1, 2, 0, 1), FIRST),)
    assert found.weights[0] > found.weights[1] > found.weights[2]


def test_equal_answers_make_equal_worths_and_imply_equal_pairs() -> None:
    found = tradeoffs((2, 2, 2), [Answer(Pair(0, 0, 1, 1, 0, 1), EQUAL), Answer(Pair(1, 0, 1, 2, 0, 1), EQUAL)])
    assert found.weights == pytest.approx([1 / 3] * 3)
    assert found.implied() == (Answer(Pair(0, 0, 1, 2, 0, 1), EQUAL),)


def test_an_order_in_which_each_step_outweighs_all_after_it_is_still_met() -> None:
    levels = (2,) * 8
    found = asked_to_the_end(levels, [[0, 4**k] for k in range(8)])
    assert (np.diff(found.weights) > 0).all()


def test_a_cycle_of_answers_is_named_and_the_bystander_is_not() -> None:
    cycle = [
        Answer(Pair(0, 0, 1, 1, 0, 1), FIRST),
        Answer(Pair(0, 0, 1, 3, 0, 1), FIRST),
        Answer(Pair(1, 0, 1, 2, 0, 1), FIRST),
        Answer(Pair(2, 0, 1, 0, 0, 1), FIRST),
    ]
    with pytest.raises(ContradictionError, match="answers 0, 2, 3 contradict each other") as caught:
        tradeoffs((2, 2, 2, 2), cycle)
    assert caught.value.conflict == (0, 2, 3)


def test_an_answer_that_makes_a_better_level_worth_nothing_is_a_contradiction() -> None:
    with pytest.raises(ContradictionError) as caught:
        tradeoffs((3, 2), [Answer(Pair(0, 0, 2, 1, 0, 1), EQUAL), Answer(Pair(0, 0, 1, 1, 0, 1), EQUAL)])
    assert caught.value.conflict == (0, 1)


@pytest.mark.parametrize(("levels", "weights"), [((2,), [1]), ((4,), [1]), ((2, 1), [1, 0]), ((1, 3, 1), [0, 1, 0])])
def test_where_nothing_can_be_traded_nothing_is_asked(levels: Levels, weights: list[int]) -> None:
    found = tradeoffs(levels)
    assert (found.question, found.remaining, found.implied()) == (None, 0, ())
    assert found.weights == pytest.approx(weights)


def test_choices_take_an_answer_and_give_it_back() -> None:
    pair = Pair(0, 0, 1, 1, 0, 1)
    said = Choices((2, 2)).answered(pair, SECOND)
    assert said.answers == (Answer(pair, SECOND),)
    assert said.without(0) == Choices((2, 2))
    with pytest.raises(ShapeError, match="place must be that of one of 1 answers, not 1"):
        said.without(1)


@pytest.mark.parametrize(
    ("pair", "kind", "trouble"),
    [
        (Pair(0, 0, 1, 0, 0, 1), DomainError, "must trade two criteria"),
        (Pair(0, 0, 1, 2, 0, 1), ShapeError, "must name criteria 0 to 1, not 2"),
        (Pair(-1, 0, 1, 1, 0, 1), ShapeError, "must name criteria 0 to 1, not -1"),
        (Pair(0, 0, 3, 1, 0, 1), ShapeError, "must name levels 0 to 2 of criterion 0"),
        (Pair(0, 0, 1, 1, -1, 1), ShapeError, "must name levels 0 to 2 of criterion 1"),
        (Pair(0, 1, 1, 1, 0, 1), DomainError, "must set a higher level of criterion 0 against a lower one"),
    ],
)
def test_an_answer_to_no_question_is_refused_by_its_place(pair: Pair, kind: type[InputError], trouble: str) -> None:
    with pytest.raises(kind, match=trouble) as caught:
        tradeoffs((3, 3), [Answer(Pair(0, 0, 1, 1, 0, 1), FIRST), Answer(pair, FIRST)])
    assert (caught.value.argument, caught.value.row) == ("answers", 1)


def test_levels_and_answers_that_are_none_are_refused() -> None:
    with pytest.raises(DomainError, match="levels must be of at least one criterion"):
        tradeoffs(())
    with pytest.raises(DomainError, match=r"levels\[1\] must be a whole number of at least 1, not 0"):
        tradeoffs((2, 0))
    with pytest.raises(DomainError, match="levels must be at least 2 for one criterion"):
        tradeoffs((1, 1))
    with pytest.raises(DomainError, match="must prefer the first, the second or neither, not 5"):
        tradeoffs((2, 2), [Answer(Pair(0, 0, 1, 1, 0, 1), 5)])


class Stop:
    def is_set(self) -> bool:
        return True


def test_a_long_call_tells_how_far_it_is_and_stops_when_asked() -> None:
    parts: list[float] = []
    answers = asked_to_the_end((3, 3, 3), worths_of((3, 3, 3), [5, 3, 2, 7, 1, 9])).choices.answers
    tradeoffs((3, 3, 3), answers, progress=parts.append)
    assert parts == sorted(parts)
    assert parts[-1] == 1
    with pytest.raises(Cancelled):
        tradeoffs((3, 3, 3), answers, cancel=Stop())
