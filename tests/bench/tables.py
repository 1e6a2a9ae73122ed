"""Studies of any size for measuring: every score there, every third with a range."""

from __future__ import annotations

import random

from db.study.model import Criterion, Direction, Option, Perspective, Scale, Score, Shape, Study, new_id

GROUP = 6
"""Leaves under one branch."""


def study_of(n_options: int, n_criteria: int) -> Study:
    """A study with so many options and leaves, the same each time but for the ids."""
    dice = random.Random(n_options * 1000 + n_criteria)
    branches = [Criterion(new_id(), f"Group {place + 1}") for place in range(-(-n_criteria // GROUP))]
    leaves = [
        Criterion(new_id(), f"Criterion {place + 1}", branches[place // GROUP].id, _scale(place), colour=place)
        for place in range(n_criteria)
    ]
    options = [Option(new_id(), f"Option {place + 1}") for place in range(n_options)]
    return Study(
        id=new_id(),
        title=f"{n_options} by {n_criteria}",
        options=tuple(options),
        criteria=(*branches, *leaves),
        scores={(option.id, leaf.id): _score(dice) for option in options for leaf in leaves},
        perspectives=(Perspective(new_id(), "All", weights={leaf.id: dice.uniform(1, 9) for leaf in leaves}),),
    )


def _scale(place: int) -> Scale:
    direction = Direction.LOWER if place % 4 == 3 else Direction.HIGHER
    shape = Shape.EXPONENTIAL if place % 5 == 4 else Shape.LINEAR
    return Scale(0, 100, direction, "points", shape=shape, curvature=2.0 if shape is Shape.EXPONENTIAL else 0.0)


def _score(dice: random.Random) -> Score:
    likely = round(dice.uniform(5, 95), 1)
    return Score(likely, likely - 5, likely + 5) if dice.random() < 1 / 3 else Score(likely)
