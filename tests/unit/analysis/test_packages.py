"""The front of a product of lists against every package there is, summed in exact arithmetic."""

from __future__ import annotations

import threading
from decimal import Decimal
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from desktop.analysis.arrays import Array, DomainError, Flags, MissingScoreError, ShapeError
from desktop.analysis.packages import package_front
from desktop.analysis.pareto import pareto_front
from desktop.analysis.work import Cancelled

Case = tuple[list[Array], Flags]


@st.composite
def cases(draw: DrawFn, unit: float = 1.0) -> Case:
    d = draw(st.integers(1, 4))
    row = st.lists(st.integers(-6, 6), min_size=d, max_size=d)
    lists = draw(st.lists(st.lists(row, min_size=1, max_size=5), min_size=1, max_size=4))
    ups = draw(st.lists(st.booleans(), min_size=d, max_size=d))
    return [np.array(part) * unit for part in lists], np.array(ups, dtype=bool)


def every_package(case: Case, exact: type[Fraction] | type[Decimal]) -> dict[tuple[int, ...], list[Fraction | Decimal]]:
    """The sums of every package: of the floats as they are, or of the decimals they print as."""
    parts = [[[exact(str(x)) if exact is Decimal else exact(x) for x in row] for row in p.tolist()] for p in case[0]]
    return {
        chosen: [
            sum(column, exact(0)) for column in zip(*(p[i] for p, i in zip(parts, chosen, strict=True)), strict=True)
        ]
        for chosen in product(*(range(len(part)) for part in parts))
    }


def exact_front(case: Case, exact: type[Fraction] | type[Decimal] = Fraction) -> list[tuple[int, ...]]:
    signs = np.where(case[1], 1, -1).tolist()
    sums = {
        key: tuple(sign * x for sign, x in zip(signs, total, strict=True))
        for key, total in every_package(case, exact).items()
    }
    return [key for key, own in sums.items() if not any(is_better(other, own) for other in set(sums.values()))]


def is_better(other: tuple[Fraction | Decimal, ...], own: tuple[Fraction | Decimal, ...]) -> bool:
    return other != own and all(a >= b for a, b in zip(other, own, strict=True))


def items_of(case: Case) -> list[tuple[int, ...]]:
    return [tuple(row) for row in package_front(*case).items.tolist()]


@settings(max_examples=60)
@given(case=cases())
def test_packages_of_whole_numbers_agree_with_enumerating_them(case: Case) -> None:
    assert items_of(case) == exact_front(case)


@settings(max_examples=60)
@given(case=cases(unit=0.1))
def test_decimals_count_as_the_decimals_they_are_written_as(case: Case) -> None:
    rounded = [np.round(part, 1) for part in case[0]], case[1]
    assert items_of(rounded) == exact_front(rounded, Decimal)


@settings(max_examples=30)
@given(case=cases(), seed=st.integers(0, 1000))
def test_any_other_floats_are_summed_without_rounding(case: Case, seed: int) -> None:
    rng = np.random.default_rng(seed)
    noisy = [part + rng.random(part.shape) for part in case[0]], case[1]
    assert items_of(noisy) == exact_front(noisy)


def test_two_tenths_and_one_tenth_tie_with_three_tenths() -> None:
    assert 0.1 + 0.2 > 0.3, "floats would call it better"
    tied = package_front([[[0.1, 0.3], [0.3, 0.1]], [[0.2, 0.0], [0.0, 0.2]]], np.array([True, True]))
    assert [row.tolist() for row in tied.items] == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert tied.totals.tolist() == [[0.3, 0.3], [0.1, 0.5], [0.5, 0.1], [0.3, 0.3]]


def test_a_part_that_is_a_hair_better_makes_a_package_that_is_a_hair_better() -> None:
    hair = np.nextafter(1.0, 2.0)
    assert 32.0 + hair == 32.0 + 1.0 + 0.0, "floats would call it a tie"
    assert package_front([[[1.0], [hair]], [[32.0]]], np.array([True])).items.tolist() == [[1, 0]]


@settings(max_examples=40)
@given(case=cases(), data=st.data())
def test_the_order_of_lists_and_of_items_changes_nothing(case: Case, data: st.DataObject) -> None:
    lists, ups = case
    order = data.draw(st.permutations(range(len(lists))))
    turned = [lists[place][::-1] for place in order]
    back = {
        tuple(len(lists[place]) - 1 - row[order.index(place)] for place in range(len(lists)))
        for row in package_front(turned, ups).items.tolist()
    }
    assert back == set(items_of(case))


@settings(max_examples=40)
@given(case=cases())
def test_totals_are_the_sums_of_the_items(case: Case) -> None:
    found = package_front(*case)
    for row, total in zip(found.items, found.totals, strict=True):
        assert total.tolist() == sum(part[i] for part, i in zip(case[0], row, strict=True)).tolist()


@settings(max_examples=40)
@given(case=cases())
def test_the_front_of_one_list_is_its_pareto_front(case: Case) -> None:
    for part in case[0]:
        assert (
            package_front([part], case[1]).items[:, 0].tolist() == np.flatnonzero(pareto_front(part, case[1])).tolist()
        )


@pytest.mark.parametrize("d", [2, 3, 4])
def test_ten_thousand_packages_agree_with_the_front_of_their_sums(d: int) -> None:
    rng = np.random.default_rng(d)
    lists = [rng.integers(0, 1000, (10, d)).astype(float) for _ in range(4)]
    ups = np.arange(d) != 1
    sums = lists[0]
    for part in lists[1:]:
        sums = (sums[:, None] + part).reshape(-1, d)
    front = np.flatnonzero(pareto_front(sums, ups))
    found = package_front(lists, ups)
    assert (found.items @ [1000, 100, 10, 1]).tolist() == front.tolist()
    assert found.totals.tolist() == sums[front].tolist()


def test_lists_of_huge_and_of_tiny_numbers_have_a_front() -> None:
    huge = [[[1e308, 1.0], [-1e308, 2.0]], [[1e307, 5e-324], [1e306, 1e-323]]]
    assert package_front(huge, np.array([True, True])).items.tolist() == [[0, 0], [1, 0]]
    endless = package_front([[[1.7e308], [-1.7e308]]] * 2, np.array([False]))
    assert endless.items.tolist() == [[1, 1]]
    assert endless.totals.tolist() == [[-np.inf]]
    tiny = package_front([[[5e-324], [1e-323]], [[0.0]]], np.array([True]))
    assert tiny.items.tolist() == [[1, 0]]
    assert tiny.totals.tolist() == [[1e-323]]


def test_equal_items_make_equal_packages_and_all_of_them_stay() -> None:
    found = package_front([np.ones((3, 2))] * 3, np.array([True, False]))
    assert len(found.items) == 27
    with pytest.raises(DomainError, match="27 packages"):
        package_front([np.ones((3, 2))] * 3, np.array([True, False]), most=26)


def test_lists_that_do_not_fit_together_are_refused_by_name() -> None:
    ups = np.array([True, True])
    with pytest.raises(ShapeError, match=r"lists\[1\] has 1 objectives"):
        package_front([[[1, 2]], [[1]]], ups)
    with pytest.raises(MissingScoreError, match=r"lists\[1\]\[0, 1\]"):
        package_front([[[1, 2]], [[1, np.nan]]], ups)
    with pytest.raises(ShapeError, match="at least one list"):
        package_front([], ups)
    with pytest.raises(ShapeError, match="maximise"):
        package_front([[[1, 2]]], np.array([True]))


def test_progress_rises_to_the_whole_and_packages_can_be_cancelled() -> None:
    lists = [np.random.default_rng(1).random((6, 3))] * 3
    told: list[float] = []
    package_front(lists, np.ones(3, dtype=bool), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        package_front(lists, np.ones(3, dtype=bool), cancel=stop)
