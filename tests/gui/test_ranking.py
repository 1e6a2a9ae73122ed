"""The ranking: real mouse, real keys, a real session on the bundled study."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.study.model import Id, Perspective, Score, Study
from desktop.charts.ranking_scene import Mode, Sort
from desktop.commands import AddOption, EditOption, EditPerspective, MoveWeight, SetScores
from desktop.commands.scores import Entry
from desktop.look import colour_of, faded, look
from desktop.panels.ranking_panel import RankingPanel
from desktop.session import Subject
from seeds import security_guarantees
from tests.gui.desk import LEFT, Key, PanelDesk, grid, layouts, shown


class Desk(PanelDesk):
    """A ranking with a session that hands it a frame after every change."""

    panel: RankingPanel

    def __init__(self, study: Study) -> None:
        super().__init__(study)
        self.panel = RankingPanel(self.session)
        self.chart = self.panel.chart
        self.panel.resize(760, 420)
        self.feed()

    def move(self, criterion: Id, share: float) -> None:
        self.session.do(MoveWeight(self.session.view.perspective, criterion, share), live=True)

    def names(self) -> list[str]:
        """The short names from top to bottom."""
        options = [self.study.option(option) for option in self.chart.order]
        return [option.short or option.name for option in options]

    def called(self, name: str) -> Id:
        return self.option(name).id

    def leaf(self, name: str) -> Id:
        return self.criterion(name).id

    def middle(self, option: Id, criterion: Id) -> QPoint:
        return self.chart.piece_area(option, criterion).center().toPoint()

    def click(self, at: QPoint) -> None:
        QTest.mouseClick(self.chart.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, at)

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.chart, key)

    def picture(self) -> QImage:
        return self.chart.grab().toImage()


def opened(qtbot: QtBot, study: Study) -> Desk:
    made = Desk(study)
    shown(qtbot, made.panel)
    return made


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return opened(qtbot, security_guarantees.load())


def many(count: int, criteria: int = 3) -> Study:
    """A study of many options whose order turns round when weight moves from the first criterion to the second."""
    study = grid(count, criteria)
    scores = dict.fromkeys(study.scores, Score(50.0))
    for row, option in enumerate(study.options):
        scores[option.id, "c0"] = Score(100.0 * row / count)
        scores[option.id, "c1"] = Score(100.0 - 100.0 * row / count)
    party = study.perspectives[0]
    return replace(study, scores=scores, perspectives=(replace(party, weights={**party.weights, "c0": 3.0}),))


# Live


def test_moving_a_weight_reorders_the_rows_and_says_who_leads(desk: Desk) -> None:
    assert desk.names()[0] == "Reassurance + US"
    assert desk.panel.sentence() == "Reassurance + US leads by 4.1 points"
    desk.move(desk.leaf("Troop availability"), 0.3)
    assert desk.names()[0] == "Armed Ukraine"
    assert desk.panel.sentence() == desk.panel.header.subtitle.text() == "Armed Ukraine leads by 2.1 points"


def test_rows_glide_to_their_new_places_and_the_timer_stops(desk: Desk, qtbot: QtBot) -> None:
    desk.move(desk.leaf("Troop availability"), 0.3)
    assert desk.chart.is_gliding
    qtbot.waitUntil(lambda: not desk.chart.is_gliding)
    tops = [desk.chart.row_area(option).top() for option in desk.chart.order]
    assert tops == sorted(tops)


def test_hiding_the_chart_ends_its_motion(desk: Desk) -> None:
    desk.move(desk.leaf("Troop availability"), 0.3)
    desk.panel.hide()
    assert not desk.chart.is_gliding
    desk.move(desk.leaf("Troop availability"), 0.0)
    assert not desk.chart.is_gliding, "what is hidden does not move"


def test_with_less_motion_rows_jump(desk: Desk) -> None:
    desk.panel.set_still(True)
    desk.move(desk.leaf("Troop availability"), 0.3)
    assert not desk.chart.is_gliding
    desk.panel.set_still(False)
    desk.move(desk.leaf("Troop availability"), 0.0)
    desk.panel.set_still(True)
    assert not desk.chart.is_gliding


def test_only_the_moving_criterion_keeps_its_full_colour_during_a_drag(desk: Desk) -> None:
    desk.panel.set_still(True)
    first, troops, durability = desk.chart.order[0], desk.leaf("Troop availability"), desk.leaf("Durability")

    def colours() -> list[QColor]:
        picture = desk.picture()
        return [picture.pixelColor(desk.middle(first, criterion)) for criterion in (troops, durability)]

    plain = [colour_of(desk.study.criterion(criterion).colour) for criterion in (troops, durability)]
    assert colours() == plain
    desk.move(troops, 0.2)
    assert colours() == [plain[0], faded(plain[1])]
    desk.session.abandon()
    assert colours() == plain


def test_the_old_total_is_marked_during_a_drag(desk: Desk) -> None:
    desk.panel.set_still(True)
    baseline, troops = desk.called("Baseline"), desk.leaf("Troop availability")
    desk.move(troops, 0.0)
    area = desk.chart.row_area(baseline)
    x = round(desk.chart._space.at(32.0))
    column = [desk.picture().pixelColor(x, round(area.center().y()) + dy) for dy in (-4, 0, 4)]
    assert column == [look.tokens.text] * 3


def test_a_tick_lays_nothing_out(desk: Desk, qapp: QApplication) -> None:
    for _ in range(5):
        qapp.processEvents()
    with layouts(qapp) as seen:
        for share in (0.1, 0.2, 0.3, 0.4):
            desk.move(desk.leaf("Troop availability"), share)
            qapp.processEvents()
    assert seen == []


def test_with_many_options_the_order_waits_for_the_release(qtbot: QtBot) -> None:
    desk = opened(qtbot, many(40))
    before = desk.chart.order
    desk.move("c1", 0.9)
    assert desk.chart.order == before
    desk.session.settle()
    assert desk.chart.order == before[::-1]


def test_the_description_follows_when_the_hand_rests(desk: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: desk.chart.accessibleDescription().startswith("1. Reassurance + US 57.5; 2. Armed"))
    assert desk.chart.accessibleName() == "Ranking"
    desk.move(desk.leaf("Troop availability"), 0.3)
    assert desk.chart.accessibleDescription().startswith("1. Reassurance + US")
    qtbot.waitUntil(lambda: desk.chart.accessibleDescription().startswith("1. Armed Ukraine 66.1"))


def test_a_score_dragged_in_the_inspector_moves_its_total_without_shuffling_many_rows(qtbot: QtBot) -> None:
    desk = opened(qtbot, many(40))
    before = desk.chart.order
    entry = Entry(90.0)
    desk.session.do(SetScores({("o0", "c0"): entry}), live=True)
    assert desk.chart.order == before
    desk.session.settle()
    assert desk.chart.order.index("o0") < before.index("o0")


# Pointing and choosing


def test_pointing_at_a_piece_says_what_it_is_worth(desk: Desk) -> None:
    first, durability = desk.chart.order[0], desk.leaf("Durability")
    QTest.mouseMove(desk.chart.viewport(), desk.middle(first, durability))
    found = re.fullmatch(
        r"Durability: value ([\d.]+) × weight ([\d.]+) % = ([\d.]+) points", desk.chart.read_out_text()
    )
    assert found is not None
    value, weight, points = map(float, found.groups())
    assert points == pytest.approx(value * weight / 100, abs=0.06)
    QTest.mouseMove(desk.chart.viewport(), QPoint(400, desk.chart.height() - 3))
    assert desk.chart.read_out_text() == ""


def test_the_read_out_follows_a_weight_that_moves_under_a_resting_pointer(desk: Desk) -> None:
    desk.panel.set_still(True)
    first, credibility = desk.chart.order[0], desk.leaf("Deterrent credibility")
    QTest.mouseMove(desk.chart.viewport(), desk.middle(first, credibility))
    assert "weight 32 %" in desk.chart.read_out_text()
    desk.move(credibility, 0.36)
    assert "weight 36 %" in desk.chart.read_out_text()


def test_pointing_at_a_piece_fades_the_other_criteria_in_every_row(desk: Desk) -> None:
    first, last = desk.chart.order[0], desk.chart.order[-1]
    durability, speed = desk.leaf("Durability"), desk.leaf("Speed of deployment")
    QTest.mouseMove(desk.chart.viewport(), desk.middle(first, durability))
    picture = desk.picture()
    assert picture.pixelColor(desk.middle(last, durability)) == colour_of(desk.study.criterion(durability).colour)
    assert picture.pixelColor(desk.middle(last, speed)) != colour_of(desk.study.criterion(speed).colour)


def test_pointing_at_a_name_says_it_in_full(desk: Desk) -> None:
    area = desk.chart.row_area(desk.called("Baseline"))
    QTest.mouseMove(desk.chart.viewport(), QPoint(70, round(area.center().y())))
    assert desk.chart.read_out_text().startswith("No new guarantee (baseline): the baseline")


def test_clicking_a_piece_selects_the_score_and_clicking_a_name_the_option(desk: Desk) -> None:
    first, second, durability = *desk.chart.order[:2], desk.leaf("Durability")
    desk.click(desk.middle(first, durability))
    view = desk.session.view
    assert (view.option, view.criterion, view.subject) == (first, durability, Subject.SCORE)
    desk.click(QPoint(70, round(desk.chart.row_area(second).center().y())))
    view = desk.session.view
    assert (view.option, view.criterion, view.subject) == (second, durability, Subject.OPTION)


def test_clicking_the_legend_selects_the_criterion_and_pointing_lights_it(desk: Desk) -> None:
    names, speed = desk.panel.legend.names, desk.leaf("Speed of deployment")
    place = [leaf.id for leaf in names.leaves].index(speed)
    at = names.areas[place].center().toPoint()
    QTest.mouseMove(names, at)
    troops = desk.leaf("Troop availability")
    middle = desk.middle(desk.chart.order[0], troops)
    assert desk.picture().pixelColor(middle) != colour_of(desk.study.criterion(troops).colour)
    QTest.mouseClick(names, LEFT, Qt.KeyboardModifier.NoModifier, at)
    assert (desk.session.view.criterion, desk.session.view.subject) == (speed, Subject.CRITERION)


def test_the_keyboard_moves_the_selection(desk: Desk) -> None:
    order, leaves = desk.chart.order, [leaf.id for leaf in desk.study.leaves()]
    desk.key(Key.Key_Down)
    assert desk.session.view.option == order[0]
    desk.key(Key.Key_Down)
    assert desk.session.view.option == order[1]
    desk.key(Key.Key_End)
    assert desk.session.view.option == order[-1]
    desk.key(Key.Key_Down)
    assert desk.session.view.option == order[-1]
    desk.key(Key.Key_Home)
    desk.key(Key.Key_Up)
    assert desk.session.view.option == order[0]
    desk.key(Key.Key_Right)
    desk.key(Key.Key_Right)
    desk.key(Key.Key_Left)
    assert (desk.session.view.criterion, desk.session.view.subject) == (leaves[0], Subject.CRITERION)
    desk.key(Key.Key_Return)
    assert desk.session.view.subject is Subject.SCORE


# Modes


def test_the_modes_are_chosen_by_mouse_and_by_keyboard(desk: Desk) -> None:
    choices = {choice.key: choice for choice in desk.panel.modes._choices}
    QTest.mouseClick(choices["unweighted"], LEFT)
    assert (desk.panel.mode, desk.panel.sentence()) == (
        Mode.UNWEIGHTED,
        "Observers leads by 3.8 points with equal weights",
    )
    QTest.keyClick(choices["unweighted"], Key.Key_Right)
    assert (desk.panel.mode, desk.panel.sentence()) == (
        Mode.DIFFERENCE,
        "Reassurance + US is 25.6 points ahead of Baseline",
    )


def test_the_reference_is_the_baseline_until_another_is_picked(desk: Desk) -> None:
    assert desk.panel.reference_button.isHidden()
    desk.panel.set_mode(Mode.DIFFERENCE)
    assert desk.panel.reference_button.text() == "Against Baseline"
    assert not desk.panel.reference_button.isHidden()
    desk.panel._fill_references()
    actions = {action.text(): action for action in desk.panel._references.actions()}
    assert actions["Baseline (baseline)"].isChecked()
    actions["Observers"].trigger()
    assert desk.session.view.reference == desk.called("Observers")
    assert desk.panel.reference_button.text() == "Against Observers"
    assert desk.panel.sentence() == "Reassurance + US is 15.7 points ahead of Observers"


def test_a_difference_is_drawn_left_of_zero_where_the_reference_is_better(desk: Desk) -> None:
    desk.panel.set_mode(Mode.DIFFERENCE)
    force, zero = desk.called("Large force"), desk.chart._space.at(0.0)
    assert desk.chart.piece_area(force, desk.leaf("Deterrent credibility")).left() >= zero - 1
    assert desk.chart.piece_area(force, desk.leaf("Speed of deployment")).right() <= zero + 1


def test_the_rows_can_be_sorted_by_study_and_by_name(desk: Desk) -> None:
    desk.panel.set_sort(Sort.STUDY)
    assert desk.chart.order == [option.id for option in desk.study.options]
    actions = desk.panel.sort_button.menu().actions()
    actions[list(Sort).index(Sort.NAME)].trigger()
    assert desk.panel.sort is Sort.NAME
    names = [desk.study.option(option).name.casefold() for option in desk.chart.order]
    assert names == sorted(names)


# States


def test_tied_options_share_a_rank_and_the_sentence_says_so(qtbot: QtBot) -> None:
    study = security_guarantees.load()
    one, two = (next(o.id for o in study.options if o.short == s) for s in ("Reassurance + US", "Observers"))
    scores = {(option, leaf): study.score(one if option == two else option, leaf) for option, leaf in study.scores}
    desk = opened(qtbot, replace(study, scores=scores))
    assert desk.panel.sentence() == "Observers and Reassurance + US tie"
    qtbot.waitUntil(lambda: desk.chart.accessibleDescription().count("1=.") == 2)


def test_missing_scores_show_a_range(qtbot: QtBot) -> None:
    study = security_guarantees.load()
    gap = next(o.id for o in study.options if o.short == "Reassurance + US"), study.leaves()[0].id
    desk = opened(qtbot, replace(study, scores={**study.scores, gap: Score()}))
    assert desk.panel.sentence() == "Missing scores leave the first place open"
    qtbot.waitUntil(lambda: "Reassurance + US 37.1–69.1" in desk.chart.accessibleDescription())
    area, space = desk.chart.row_area(gap[0]), desk.chart._space
    QTest.mouseMove(desk.chart.viewport(), QPoint(round(space.at(50.0)), round(area.center().y())))
    assert desk.chart.read_out_text().endswith("missing scores leave the total between 37.1 and 69.1 points")


def test_excluded_options_are_named_below_the_chart(desk: Desk) -> None:
    assert desk.panel._excluded.isHidden()
    for short in ("Observers", "Tripwire"):
        desk.session.do(EditOption(desk.called(short), {"excluded": True}))
    assert desk.panel._excluded.text() == "2 options excluded: Observers, Tripwire"
    assert not desk.panel._excluded.isHidden()
    assert len(desk.chart.order) == 8


def test_an_empty_study_offers_to_add_an_option_and_then_a_criterion(qtbot: QtBot) -> None:
    desk = opened(qtbot, Study("s", "Empty", perspectives=(Perspective("p", "P"),)))
    button = desk.panel._empty.button
    assert (desk.panel._empty.title.text(), button.text()) == ("No options yet", "Add option")
    QTest.mouseClick(button, LEFT)
    assert [option.name for option in desk.study.options] == ["New option"]
    assert (desk.panel._empty.title.text(), button.text()) == ("No criteria yet", "Add criterion")
    QTest.mouseClick(button, LEFT)
    assert len(desk.study.leaves()) == 1
    assert desk.panel._pages.currentIndex() == 0
    assert desk.panel.sentence() == "New option is the only option; add another to compare"


def test_a_study_whose_options_are_all_excluded_says_so(desk: Desk) -> None:
    for option in desk.study.options:
        desk.session.do(EditOption(option.id, {"excluded": True}))
    assert desk.panel._empty.title.text() == "Every option is excluded"
    assert desk.panel._empty.button.isHidden()
    desk.session.undo()
    assert len(desk.chart.order) == 1


def test_a_perspective_that_cannot_be_evaluated_says_why(qtbot: QtBot) -> None:
    study = many(3)
    party = replace(study.perspectives[0], weights={leaf.id: 0.0 for leaf in study.criteria})
    desk = opened(qtbot, replace(study, perspectives=(party,)))
    assert desk.panel._empty.title.text() == "Nothing can be ranked"
    assert "No criterion carries weight" in desk.panel._empty.words.text()
    words = desk.panel._empty.words
    desk.session.do(EditPerspective(party.id, {"name": "A party with a very long name " * 8}))
    desk.feed()
    assert words.heightForWidth(words.width()) > 2 * words.fontMetrics().height()
    qtbot.waitUntil(lambda: words.height() >= words.heightForWidth(words.width()))


def test_a_new_option_joins_the_rows_in_its_place(desk: Desk) -> None:
    option = AddOption("Something else")
    desk.session.do(option)
    assert option.id in desk.chart.order
    assert len(desk.chart.order) == 11
    desk.session.undo()
    assert option.id not in desk.chart.order


# Many options


def test_thousands_of_options_scroll_by_wheel_overview_and_selection(qtbot: QtBot) -> None:
    desk = opened(qtbot, many(2000, 5))
    chart, order = desk.chart, desk.chart.order
    assert chart.row_area(order[0]).top() >= 0
    wheel = QWheelEvent(
        QPointF(200, 100), QPointF(200, 100), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(chart.viewport(), wheel)
    assert chart.row_area(order[0]).top() < 0
    desk.session.select(option=order[1500])
    area = chart.row_area(order[1500])
    assert 0 <= area.top() < area.bottom() <= chart.height()
    desk.click(QPoint(round(chart._space.right) + 10, round(chart._space.bottom) - 1))
    assert chart.row_area(order[-1]).bottom() <= chart.height()
    desk.key(Key.Key_Home)
    assert chart.row_area(order[0]).top() >= 0
    assert desk.session.view.option == order[0]


def test_many_criteria_scroll_in_the_legend(qtbot: QtBot) -> None:
    desk = opened(qtbot, many(4, 45))
    legend = desk.panel.legend
    assert legend.verticalScrollBar().maximum() > 0
    assert legend.names.height() == legend.names.lines() * 20
    assert len(legend.names.areas) == 45
    assert max(area.right() for area in legend.names.areas) <= legend.viewport().width()


def test_a_narrow_panel_says_its_sentence_below_the_title(desk: Desk) -> None:
    desk.panel.resize(430, 400)
    QApplication.processEvents()
    assert not desk.panel._sentence.isHidden()
    assert desk.panel._sentence.text() == "Reassurance + US leads by 4.1 points"
    assert desk.panel.header.subtitle.text() == ""


def test_a_short_panel_gives_the_rows_the_room_of_the_legend(desk: Desk) -> None:
    tall = desk.panel.legend.height()
    for height, seen in ((360, tall - 20), (330, 0)):
        desk.panel.resize(760, height)
        QApplication.processEvents()
        assert desk.panel.legend.height() == seen


def test_the_chart_follows_the_colour_scheme(desk: Desk) -> None:
    for scheme in ("light", "dark"):
        look.set_scheme(scheme)
        assert desk.picture().pixelColor(desk.chart.width() - 3, 2) == look.tokens.surface


def test_a_closed_panel_no_longer_hears_of_the_scheme(qtbot: QtBot) -> None:
    desk = Desk(security_guarantees.load())
    desk.panel.show()
    desk.panel.close()
    desk.panel.deleteLater()
    del desk.panel, desk.chart
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    look.set_scheme("dark")
