"""Studies of every shape in the real window: long names, many, one, none, and no sum at all."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.study.model import Criterion, Known, Option, Perspective, Scale, Score, Study, new_id
from desktop.commands import MoveWeight, SetPoints
from desktop.evaluation import evaluate
from tests.gui.window_stage import CONTROL, Key, Stage, running

LONG = "A name that goes on and on about everything it could possibly mean to anybody " * 3 + "and then it ends."
SOLID = "Donaudampfschifffahrtsgesellschaftskapitänsmütze" * 5


def shaped(options: int, criteria: int, name: str = "", *, with_scores: bool = True) -> Study:
    """A study of this size, every name as long as it may be where `name` is given."""
    rows = tuple(Option(f"o{n}", f"{n} {name or 'Option'}"[:300]) for n in range(options))
    leaves = tuple(
        Criterion(f"c{n}", f"{n} {name or 'Criterion'}"[:300], scale=Scale(unit=name[:60]), swing=name, colour=n)
        for n in range(criteria)
    )
    scores = {
        (row.id, leaf.id): Score(likely=50 + 49 * math.sin(a * 7 + b * 3))
        for a, row in enumerate(rows)
        for b, leaf in enumerate(leaves)
        if with_scores
    }
    weights = {leaf.id: 1.0 + (n % 5) for n, leaf in enumerate(leaves)}
    party = Perspective("p", f"The view {name}"[:300], weights=weights, summary=name)
    return Study(
        new_id(), f"Title {name}"[:300], name, options=rows, criteria=leaves, scores=scores, perspectives=(party,)
    )


SHAPES: dict[str, Callable[[], Study]] = {
    "long names": lambda: shaped(6, 8, LONG),
    "long words": lambda: shaped(6, 8, SOLID),
    "40 options by 30 criteria": lambda: shaped(40, 30),
    "one option": lambda: shaped(1, 5),
    "one criterion": lambda: shaped(5, 1),
    "one of each": lambda: shaped(1, 1),
    "no option": lambda: shaped(0, 5),
    "no criterion": lambda: shaped(5, 0),
    "no score": lambda: shaped(5, 5, with_scores=False),
    "nothing": lambda: shaped(0, 0),
    "no perspective": lambda: replace(shaped(4, 4), perspectives=()),
    "all excluded": lambda: (lambda s: replace(s, options=tuple(replace(o, excluded=True) for o in s.options)))(
        shaped(3, 3)
    ),
}


def look_at_everything(stage: Stage) -> None:
    """Paint the window at both sizes, in both schemes, with each kind of selection."""
    study = stage.study
    for scheme in ("light", "dark"):
        stage.window.set_scheme(scheme)
        for size in ((1440, 900), (1100, 700), (860, 560)):
            stage.window.resize(*size)
            stage.page.show_inspector(True)
            for option, criterion in ((0, None), (None, 0), (0, 0)):
                chosen = study.options[option].id if option is not None and study.options else None
                leaf = study.criteria[criterion].id if criterion is not None and study.criteria else None
                stage.session.select(option=chosen, criterion=leaf)
                stage.flush()
                assert not stage.window.grab().isNull()
    stage.window.set_scheme("light")


@pytest.mark.parametrize("shape", SHAPES)
def test_a_study_of_any_shape_opens_paints_and_comes_back(qtbot: QtBot, shape: str) -> None:
    study = SHAPES[shape]()
    with running(qtbot) as stage:
        stage.application.open_new(study)
        stage.flush()
        look_at_everything(stage)
        assert stage.study == study
        if study.included() and study.leaves() and study.perspectives:
            assert stage.shown_totals() == pytest.approx(stage.right_totals())
        assert not stage.banner
        assert not stage.dialogs()
        stage.key(Key.Key_W, CONTROL)
        assert not stage.window.grab().isNull()
    with running(qtbot) as later:
        assert later.window.page is None or later.study == study


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ("no option", "No options yet"),
        ("no criterion", "No criteria yet"),
        ("all excluded", "Every option is excluded"),
    ],
)
def test_what_keeps_a_ranking_from_being_is_said_in_its_place(qtbot: QtBot, shape: str, words: str) -> None:
    with running(qtbot) as stage:
        stage.application.open_new(SHAPES[shape]())
        stage.flush()
        assert words in stage.page.refresher.frame().trouble


def test_an_empty_study_is_filled_from_its_menu(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.application.open_new(SHAPES["nothing"]())
        stage.flush()
        for action in ("study.add_option", "study.add_criterion"):
            stage.window.menus[action].trigger()
            stage.flush()
            stage.key(Key.Key_Return)
        assert len(stage.study.options) == 1
        assert len(stage.study.leaves()) == 1
        assert stage.shown_totals() == pytest.approx(stage.right_totals())
        stage.wait_saved()


def test_the_last_weight_cannot_become_nothing(qtbot: QtBot) -> None:
    with running(qtbot) as stage:
        stage.application.open_new(shaped(3, 1))
        stage.flush()
        before = stage.study
        party = stage.session.view.perspective
        for command in (MoveWeight(party, "c0", 0.0), SetPoints(party, "c0", 0.0)):
            said = stage.session.attempt(command)
            assert said, type(command)
            assert stage.study is before
        row = stage.page.weights.tree.leaf_row("c0")
        row.number.setFocus()
        row.number.selectAll()
        stage.write("0")
        stage.key(Key.Key_Return)
        assert stage.study is before


def test_weights_that_are_all_nothing_are_told_and_not_divided_by() -> None:
    study = shaped(3, 2)
    party = replace(study.perspectives[0], weights={"c0": 0.0, "c1": 0.0})
    with pytest.raises(Known):
        evaluate(replace(study, perspectives=(party,)), "p")


def test_a_message_longer_than_the_window_is_shown_whole(qtbot: QtBot) -> None:
    sentence = "The reason is long, since it names everything that was wrong and where it stood. " * 6 + "Do this."
    with running(qtbot) as stage:
        for width in (1440, 860):
            stage.window.resize(width, 700)
            for message in (stage.window.banner, stage.window.toast):
                message.say(sentence, "bad", "Save a copy elsewhere…", lambda: None)
                QApplication.processEvents()
                label = message._label
                assert label.heightForWidth(label.width()) <= label.height()
                assert stage.window.ground.rect().contains(message.geometry())
                message.dismiss()
