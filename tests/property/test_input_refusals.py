"""Every public function of the analysis refuses what it cannot take, with an error that names the argument.

The functions are found by looking into the modules: one that is new fails here until it says what a good call looks
like, and every argument of it is then tried with everything that its kind cannot be.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from threading import Event
from typing import Any

import numpy as np
import pytest

from desktop.analysis.arrays import InputError
from desktop.analysis.work import Cancelled
from tests.analysis_calls import CASES, answer, call_of, public

LONG = sorted(name for name in CASES if "progress" in inspect.signature(call_of(name)).parameters)
every_door = pytest.mark.parametrize("name", sorted(CASES))


def test_every_public_function_says_what_a_good_call_is_and_what_its_arguments_cannot_be() -> None:
    missing = set(public()) - set(CASES)
    assert not missing
    for name, case in CASES.items():
        taken = set(inspect.signature(call_of(name)).parameters)
        assert taken - set(case.good) <= {"progress", "cancel", "argument", "gaps", "slack"}, name
        assert set(case.good) <= taken, name


@pytest.mark.parametrize("name", [name for name in sorted(CASES) if not name.startswith("arrays.")])
def test_arguments_and_results_have_nothing_to_do_with_each_other_afterwards(name: str) -> None:
    good = {argument: copied(value) for argument, value in CASES[name].good.items()}
    found = answer(name, good)
    before = [array.copy() for array in arrays_in(found)]
    for argument, value in CASES[name].good.items():
        if isinstance(value, np.ndarray) and value.dtype == float:
            assert np.array_equal(good[argument], value), argument
            assert good[argument].flags.writeable, argument
            good[argument].fill(7.0)
    for held, array in zip(before, arrays_in(found), strict=True):
        assert np.array_equal(held, array, equal_nan=array.dtype == float)


def copied(value: Any) -> Any:
    """An array's own copy, which can be written to; anything else as it is."""
    return value.copy() if isinstance(value, np.ndarray) else value


def arrays_in(result: Any) -> Iterator[np.ndarray[Any, Any]]:
    """Every array within a result, however deep."""
    if isinstance(result, np.ndarray):
        yield result
    elif isinstance(result, tuple | list):
        for one in result:
            yield from arrays_in(one)
    elif is_dataclass(result):
        for field in fields(result):
            yield from arrays_in(getattr(result, field.name))


@every_door
def test_no_result_can_be_changed_by_whoever_is_handed_it(name: str) -> None:
    found = answer(name, CASES[name].good)
    assert not list(writable(found, name))


def writable(result: Any, name: str) -> Iterator[str]:
    """The arrays within a frozen result that could be written to."""
    if isinstance(result, tuple):
        for place, part_of_it in enumerate(result):
            yield from writable(part_of_it, f"{name}[{place}]") if is_dataclass(part_of_it) else ()
    if not is_dataclass(result):
        return
    for field in fields(result):
        held = getattr(result, field.name)
        if isinstance(held, np.ndarray) and held.flags.writeable:
            yield f"{name}.{field.name}"
        yield from writable(held, f"{name}.{field.name}")


@pytest.mark.parametrize("name", LONG)
def test_a_long_call_tells_how_far_it_is_and_stops_when_asked_to(name: str) -> None:
    parts: list[float] = []
    answer(name, {**CASES[name].good, "progress": parts.append})
    assert parts == sorted(parts)
    assert parts[0] >= 0
    assert parts[-1] == 1
    stop = Event()
    stop.set()
    with pytest.raises(Cancelled):
        answer(name, {**CASES[name].good, "cancel": stop})


@every_door
def test_what_an_argument_cannot_be_is_refused_by_its_name(name: str) -> None:
    case, wrong = CASES[name], []
    for argument, trouble, bad in case.bad():
        wrong += complaint(name, {**case.good, argument: bad}, argument, trouble)
    assert not wrong, "\n".join(wrong)


def complaint(name: str, arguments: dict[str, Any], argument: str, trouble: str) -> list[str]:
    """What is wrong with how a call is refused."""
    call = f"{argument}, {trouble}:"
    try:
        found = answer(name, arguments)
    except InputError as error:
        return [] if argument in str(error) else [f"{call} names another argument: {error}"]
    except Exception as error:  # whatever it is, it is not what was promised
        return [f"{call} {type(error).__name__}: {error}"]
    return [f"{call} is answered with {found!r:.80}"]
