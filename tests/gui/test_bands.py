"""Where the leader stays first, shown on each slider, and how far the nearest flip is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.study.model import Id
from desktop.commands import LockWeight, MoveWeight, SetScores
from desktop.commands.scores import Entry
from desktop.evaluation import evaluate
from desktop.look import look
from desktop.panels.weight_flips import BAND, Hold
from desktop.questions.flipping import CLOSE_WEIGHT, NEAR_WEIGHT
from seeds import security_guarantees
from seeds.security_guarantees import criterion_id
from tests.gui.desk import grid
from tests.gui.weights_stage import COST, RISK, UNITY, Stage, staged

EVIDENCE = criterion_id("verification")
WASHINGTON, EUROPE = 1, 2


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    return staged(qtbot, security_guarantees.load())


def stays(stage: Stage, leaf: Id, percent: float) -> bool:
    """Whether the leader is still first with another share of one criterion, by moving it."""
    party = stage.session.view.perspective
    first = int(evaluate(stage.study, party).totals.argmax())
    totals = evaluate(MoveWeight(party, leaf, percent / 100.0).apply(stage.study), party).totals
    return bool(totals[first] >= totals.max() - 1e-9)


def hold(stage: Stage, leaf: Id) -> Hold:
    found = stage.row(leaf).slider.state.hold
    assert found is not None
    return found


def look_as(stage: Stage, party: int) -> None:
    view = stage.session.view
    stage.session.look(replace(view, perspective=stage.study.perspectives[party].id))
    stage.flush()


def check(stage: Stage, leaf: Id) -> None:
    """A hold against moves of the weight itself, a tenth of a point to either side of its ends."""
    found, share = hold(stage, leaf), stage.share(leaf)
    ways = []
    if found.flips_below:
        assert stays(stage, leaf, found.low + 0.06)
        assert not stays(stage, leaf, found.low - 0.06)
        ways.append(found.low - share)
    else:
        assert found.low == 0.0
        assert stays(stage, leaf, 0.0)
    if found.flips_above:
        assert stays(stage, leaf, found.high - 0.06)
        assert not stays(stage, leaf, found.high + 0.06)
        ways.append(found.high - share)
    else:
        assert stays(stage, leaf, found.high)
    assert (found.way is None) == (not ways)
    if found.way is not None:
        assert found.way == pytest.approx(min(ways, key=abs), abs=0.11)


@pytest.mark.parametrize("party", range(4))
def test_the_leader_stays_first_within_the_band_and_not_beyond(stage: Stage, party: int) -> None:
    look_as(stage, party)
    for leaf in stage.study.leaves():
        check(stage, leaf.id)


def test_the_bands_follow_the_drag_in_every_row_in_sight(stage: Stage) -> None:
    before = {leaf.id: hold(stage, leaf.id) for leaf in stage.study.leaves()}
    stage.drag(COST, 9.0, 14.0)
    for leaf in stage.study.leaves():
        check(stage, leaf.id)
    assert sum(hold(stage, leaf) != was for leaf, was in before.items()) > 8
    stage.release(COST)
    stage.session.undo()
    stage.flush()
    assert {leaf.id: hold(stage, leaf.id) for leaf in stage.study.leaves()} == before


def test_a_score_that_changes_moves_the_bands(stage: Stage) -> None:
    before = hold(stage, RISK)
    rival = next(option.id for option in stage.study.options if option.short == "Armed Ukraine")
    stage.session.do(SetScores({(rival, stage.study.leaves()[0].id): Entry(10.0)}))
    stage.flush()
    assert hold(stage, RISK) != before
    check(stage, RISK)


def test_the_band_is_painted_where_the_leader_stays_first(stage: Stage) -> None:
    slider = stage.row(UNITY).slider
    found, scale = hold(stage, UNITY), slider.state.scale
    assert found.flips_above
    assert found.high < scale
    for scheme in ("light", "dark"):
        look.set_scheme(scheme)
        picture = slider.grab().toImage()
        y = round(slider.height() / 2 - BAND / 2 + 1.5)

        def colour(amount: float) -> str:
            at = slider.point_of(amount).x()
            return picture.pixelColor(round(at), y).name()  # noqa: B023

        ground = (slider.ground or look.tokens.surface).name()
        assert colour(found.high + 2.0) == ground
        inside = {colour(found.high - 2.0), colour((found.high + stage.share(UNITY)) / 2)}
        assert len(inside) == 1
        assert inside != {ground}


def test_a_row_says_how_far_the_nearest_flip_is(stage: Stage) -> None:
    look_as(stage, EUROPE)
    words = set()
    for leaf in stage.study.leaves():
        way, row = hold(stage, leaf.id).way, stage.row(leaf.id)
        if way is None:
            assert row.hold_text() == "any share"
            continue
        word = "close" if abs(way) <= 100 * CLOSE_WEIGHT else "near" if abs(way) <= 100 * NEAR_WEIGHT else "far"
        figure = f"{way:+.1f}".replace("-", "\N{MINUS SIGN}")
        assert row.hold_text() == (figure if word == "far" else f"{word} {figure}")
        assert stage.row(leaf.id).slider.accessibleDescription().endswith(f": {word}.")
        words.add(word)
    assert words >= {"near", "far"}


def test_screen_readers_and_the_tooltip_hear_of_the_band(stage: Stage) -> None:
    found = hold(stage, COST)
    said = f"The leader stays first from 0 to {found.high:.1f} %; the nearest flip is {found.way:.1f} points up: far."
    row = stage.row(COST)
    assert row.slider.accessibleDescription() == said
    QApplication.sendEvent(row, QHelpEvent(QEvent.Type.ToolTip, QPoint(60, 5), row.mapToGlobal(QPoint(60, 5))))
    assert said in row.toolTip()
    assert f"close up to {100 * CLOSE_WEIGHT:.0f} points away" in row.toolTip()
    whatever = stage.row(EVIDENCE).slider.accessibleDescription()
    assert whatever == "The leader stays first whatever its share."


def test_a_locked_weight_has_no_band_and_the_end_of_the_room_is_no_flip(stage: Stage) -> None:
    party = stage.session.view.perspective
    stage.session.do(LockWeight(party, COST, True))
    stage.session.do(LockWeight(party, stage.study.leaves()[0].id, True))
    stage.flush()
    assert stage.row(COST).slider.state.hold is None
    assert stage.row(COST).hold_text() == ""
    assert stage.row(COST).slider.accessibleDescription() == ""
    free = [leaf.id for leaf in stage.study.leaves() if stage.row(leaf.id).slider.state.hold is not None]
    assert len(free) == 10
    for leaf in free:
        check(stage, leaf)
        assert hold(stage, leaf).high <= 100.0 - stage.share(COST) - stage.share(stage.study.leaves()[0].id) + 0.06


def test_free_points_show_no_band(stage: Stage) -> None:
    stage.panel.set_method("points")
    stage.flush()
    assert all(stage.row(leaf.id).slider.state.hold is None for leaf in stage.study.leaves())
    stage.panel.set_method("proportional")
    assert all(stage.row(leaf.id).slider.state.hold is not None for leaf in stage.study.leaves())


def test_on_the_edge_it_says_so(qtbot: QtBot) -> None:
    study = grid(2, 2)
    better = (("o0", "c0"), ("o1", "c1"))
    scores = {key: replace(score, likely=float(key in better)) for key, score in study.scores.items()}
    stage = staged(qtbot, replace(study, scores=scores))
    assert hold(stage, "c0").low == hold(stage, "c0").high == 50.0
    assert stage.row("c0").hold_text() == "close 0.0"
    assert "any move" in stage.row("c0").slider.accessibleDescription()


class Painted(QObject):
    """Notes which sliders are painted."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[QObject] = set()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.seen.add(watched)
        return False


def test_only_the_sliders_whose_state_changed_are_painted(stage: Stage) -> None:
    painted = Painted()
    sliders = [stage.row(leaf.id).slider for leaf in stage.study.leaves()]
    for slider in sliders:
        slider.installEventFilter(painted)
    stage.session.select(option=stage.study.options[3].id)
    stage.flush()
    QApplication.processEvents()
    assert painted.seen == set()
    rest = [leaf.id for leaf in stage.study.leaves() if leaf.id not in (COST, UNITY)]
    before = {leaf.id: stage.row(leaf.id).slider.state for leaf in stage.study.leaves()}
    stage.drag(COST, 9.0)
    QApplication.processEvents()
    changed = {leaf for leaf, state in before.items() if stage.row(leaf).slider.state != state}
    assert {stage.row(leaf).slider for leaf in changed} <= painted.seen
    assert set(rest) & changed
    stage.release(COST)


def test_a_low_row_says_it_in_words_where_the_name_leaves_room(qtbot: QtBot) -> None:
    study = grid(4, 3)
    names = ("Price", "A name that leaves no room at all", "Time")
    named = tuple(replace(leaf, name=name) for leaf, name in zip(study.criteria, names, strict=True))
    stage = staged(qtbot, replace(study, criteria=named))
    assert stage.row("c1").is_tall
    assert stage.row("c1").shows_label(hold(stage, "c1"))
    stage.panel.tree.show_ranges(False)
    assert not stage.row("c1").is_tall
    assert [stage.row(f"c{k}").shows_label(hold(stage, f"c{k}")) for k in range(3)] == [True, False, True]
