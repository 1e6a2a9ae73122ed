"""The look: colours one can read, a typeface that is really there, icons, and widgets that work by keyboard."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QAction, QColor, QFontInfo, QFontMetricsF, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

import resources
from desktop.look import bind_icon, blend, colour_of, contrast, faded, font, heat, look, pixmap, text_on, tokens_for
from desktop.look import fonts as bundled
from desktop.look.painting import elided_in, stacked_bar, text_width
from desktop.look.tokens import categorical
from desktop.look.widgets import (
    Banner,
    Button,
    Card,
    CardHeader,
    Chip,
    IconButton,
    NumberEdit,
    ReasonBubble,
    Segmented,
    TextLabel,
    Toast,
    scroll_area,
    tone_colours,
)

SCHEMES = ("light", "dark")
ICONS = [name.removesuffix(".svg") for name in resources.names("icons")]
READ = [
    (ink, ground)
    for ink in ("text", "text2", "text3")
    for ground in ("window", "surface", "sunken", "raised", "hover")
    if (ink, ground) != ("text3", "hover")
] + [
    ("text", "pressed"),
    ("text", "accent_soft"),
    ("accent", "surface"),
    ("accent", "raised"),
    ("accent", "accent_soft"),
    ("accent_on", "accent"),
    ("accent_on", "accent_hover"),
    ("good", "good_soft"),
    ("warn", "warn_soft"),
    ("bad", "bad_soft"),
    ("good", "surface"),
    ("warn", "surface"),
    ("bad", "surface"),
]


def pixels(widget: QWidget) -> QImage:
    """The widget as it paints itself now."""
    return widget.grab().toImage()


def inked(image: QImage) -> int:
    """How many pixels are not fully transparent."""
    return sum(image.pixelColor(x, y).alpha() > 0 for x in range(image.width()) for y in range(image.height()))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("ink", "ground"), READ)
def test_every_text_can_be_read_on_the_grounds_it_stands_on(scheme: str, ink: str, ground: str) -> None:
    tokens = tokens_for(scheme)
    assert contrast(tokens.colour(ink), tokens.colour(ground)) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_can_be_read_on_every_heat(scheme: str) -> None:
    look.set_scheme(scheme)
    assert min(contrast(look.tokens.text, heat(value)) for value in range(101)) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", ["surface", "raised", "window", "sunken"])
def test_outlines_of_handles_and_inputs_stand_out_from_what_is_round_them(scheme: str, ground: str) -> None:
    tokens = tokens_for(scheme)
    assert contrast(tokens.text3, tokens.colour(ground)) >= 3.0
    assert contrast(tokens.accent, tokens.colour(ground)) >= 3.0


def test_contrast_agrees_with_the_values_published_with_its_definition() -> None:
    assert contrast(QColor("#000000"), QColor("#FFFFFF")) == pytest.approx(21.0)
    assert contrast(QColor("#777777"), QColor("#FFFFFF")) == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("index", range(36))
def test_a_name_inside_a_bar_can_be_read(index: int) -> None:
    colour = colour_of(index)
    assert contrast(text_on(colour), colour) >= 4.3


def test_the_colours_of_36_criteria_all_differ_and_the_first_twelve_are_the_palette() -> None:
    for scheme in SCHEMES:
        tokens = tokens_for(scheme)
        assert len({categorical(tokens, index).name() for index in range(36)}) == 36
        assert [categorical(tokens, index) for index in range(12)] == list(tokens.categorical)


def test_both_schemes_name_the_same_tokens() -> None:
    palette = resources.palette()
    assert palette["light"].keys() == palette["dark"].keys()


def test_blending_runs_from_one_colour_to_the_other_and_stays_opaque() -> None:
    a, b = QColor("#102030"), QColor("#F0E0D0")
    assert blend(a, b, 0.0) == a
    assert blend(a, b, 1.0) == b
    assert faded(QColor(1, 2, 3)).alpha() == heat(50).alpha() == 255


def test_heat_grows_with_the_value_and_stops_at_the_ends() -> None:
    steps = [contrast(heat(value), look.tokens.surface) for value in (0, 25, 50, 75, 100)]
    assert steps == sorted(steps)
    assert len(set(steps)) == 5
    assert heat(-10) == heat(0)
    assert heat(500) == heat(100)


@pytest.mark.parametrize("weight", [400, 500, 600, 700])
def test_the_bundled_typeface_is_the_one_that_is_drawn(weight: int) -> None:
    info = QFontInfo(font(13, weight))
    assert (info.family(), info.weight(), info.pixelSize()) == ("Inter", weight, 13)


def test_tabular_digits_are_equally_wide_and_others_are_not() -> None:
    even, odd = QFontMetricsF(font(13, 600, tabular=True)), QFontMetricsF(font(13, 600))
    assert even.horizontalAdvance("111") == even.horizontalAdvance("888")
    assert odd.horizontalAdvance("111") < odd.horizontalAdvance("888")


def test_the_licence_of_the_typeface_lies_beside_it() -> None:
    text = resources.read_text("fonts/OFL.txt")
    assert "SIL OPEN FONT LICENSE" in text.upper()
    assert "The Inter Project Authors" in text
    assert all(resources.path(f"fonts/{name}").is_file() for name in bundled.FILES)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ICONS)
def test_every_icon_draws_something_in_either_scheme(scheme: str, name: str) -> None:
    look.set_scheme(scheme)
    drawn = pixmap(name, "text", 24, 1.0).toImage()
    assert inked(drawn) >= 6
    corners = [(0, 0), (23, 0), (0, 23), (23, 23)]
    assert all(drawn.pixelColor(x, y).alpha() == 0 for x, y in corners)


def test_an_icon_takes_the_colour_asked_for_and_is_sharp_at_two_device_pixels() -> None:
    drawn = pixmap("plus", QColor("#FF0000"), 24, 2.0)
    assert (drawn.width(), drawn.devicePixelRatio()) == (48, 2.0)
    assert drawn.toImage().pixelColor(24, 24) == QColor("#FF0000")


def test_an_action_gets_its_icon_anew_when_the_scheme_changes_until_it_is_gone() -> None:
    action = QAction("Undo")
    bind_icon(action, "undo", "text")
    before = action.icon().cacheKey()
    look.set_scheme("dark")
    assert action.icon().cacheKey() != before
    action.deleteLater()
    del action
    gc.collect()
    look.set_scheme("light")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Card(),
        lambda: CardHeader("Ranking", "A leads"),
        lambda: Segmented(["Raw", "Value"]),
        lambda: Button("Report", "table"),
        lambda: IconButton("lock", "Lock"),
        lambda: Chip("High", "good"),
        lambda: TextLabel("Some text"),
        lambda: NumberEdit("15.0"),
    ],
    ids=["card", "header", "segmented", "button", "icon button", "chip", "label", "number"],
)
def test_switching_the_scheme_repaints_every_widget_and_switching_back_restores_it(make, qtbot: QtBot) -> None:  # type: ignore[no-untyped-def]
    page = QWidget()
    qtbot.addWidget(page)
    QVBoxLayout(page).addWidget(make())
    page.resize(240, 80)
    light = pixels(page)
    with qtbot.waitSignal(look.changed):
        look.set_scheme("dark")
    assert pixels(page) != light
    look.set_scheme("light")
    assert pixels(page) == light


def test_choosing_the_scheme_that_already_holds_says_nothing(qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(look.changed):
        look.set_scheme("light")


def test_an_unknown_scheme_is_refused_and_the_old_one_stays() -> None:
    with pytest.raises(ValueError, match="sepia"):
        look.set_scheme("sepia")
    assert look.scheme == "light"


def test_the_palette_of_the_application_follows_the_scheme(qapp: QApplication) -> None:
    look.set_scheme("dark")
    assert qapp.palette().window().color() == tokens_for("dark").window
    assert qapp.palette().text().color() == tokens_for("dark").text


def test_arrows_home_and_end_move_the_choice_and_stop_at_the_ends(qtbot: QtBot) -> None:
    choice = Segmented({"w": "Weighted", "u": "Unweighted", "d": "Difference"}, "u", "View", "ranking.view")
    qtbot.addWidget(choice)
    heard: list[str] = []
    choice.changed.connect(heard.append)
    with qtbot.waitExposed(choice):
        choice.show()
    choice.step(0)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Up):
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key)
    assert heard == ["d", "w", "d", "u"]
    assert choice.current() == "u"


def test_a_click_chooses_and_setting_the_choice_says_nothing(qtbot: QtBot) -> None:
    choice = Segmented(["Raw", "Value"], "Raw", "Show", "scores.show")
    qtbot.addWidget(choice)
    heard: list[str] = []
    choice.changed.connect(heard.append)
    choice.set_current("Value")
    assert heard == []
    raw = next(each for each in choice.findChildren(QWidget) if each.accessibleIdentifier() == "scores.show.Raw")
    assert raw.accessibleName() == "Show: Raw"
    for _ in range(2):
        QTest.mouseClick(raw, Qt.MouseButton.LeftButton)
    assert heard == ["Raw"]
    with pytest.raises(KeyError):
        choice.set_current("Neither")


@pytest.fixture
def number(qtbot: QtBot) -> Iterator[NumberEdit]:
    """A number field with the focus, and a neighbour to tab to."""
    page = QWidget()
    qtbot.addWidget(page)
    field = NumberEdit("15.0")
    column = QVBoxLayout(page)
    column.addWidget(field)
    column.addWidget(IconButton("plus", "Add"))
    with qtbot.waitExposed(page):
        page.show()
    field.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(field.hasFocus)
    yield field
    page.close()


def test_typing_a_number_and_enter_commits_it_once(number: NumberEdit, qtbot: QtBot) -> None:
    heard: list[str] = []
    number.committed.connect(heard.append)
    QTest.keyClicks(number, "12,5")
    assert heard == []
    QTest.keyClick(number, Qt.Key.Key_Return)
    QTest.keyClick(number, Qt.Key.Key_Tab)
    assert heard == ["12,5"]


def test_leaving_the_field_commits_what_was_typed(number: NumberEdit) -> None:
    heard: list[str] = []
    number.committed.connect(heard.append)
    QTest.keyClicks(number, "20")
    QTest.keyClick(number, Qt.Key.Key_Tab)
    assert heard == ["20"]


def test_escape_brings_back_the_number_that_was_there(number: NumberEdit) -> None:
    heard: list[str] = []
    number.committed.connect(heard.append)
    QTest.keyClicks(number, "99")
    QTest.keyClick(number, Qt.Key.Key_Escape)
    assert (number.text(), heard) == ("15.0", [])


@pytest.mark.parametrize("typed", ["lots", "nan", "inf", "1e999", "", "1.2.3"])
def test_a_wrong_entry_stays_with_its_reason_and_a_red_edge_and_is_not_committed(
    number: NumberEdit, typed: str
) -> None:
    heard: list[str] = []
    number.committed.connect(heard.append)
    number.selectAll()
    QTest.keyClick(number, Qt.Key.Key_Delete)
    QTest.keyClicks(number, typed)
    QTest.keyClick(number, Qt.Key.Key_Return)
    assert (number.text(), heard) == (typed, [])
    assert number.reason()
    assert number.toolTip() == number.accessibleDescription() == number.reason()
    bubble = number.window().findChild(ReasonBubble)
    assert bubble is not None
    assert bubble.isVisible()
    assert bubble.accessibleName() == number.reason()
    assert not bubble.geometry().intersects(number.geometry())
    image = pixels(number)
    assert QColor(image.pixel(image.width() // 2, 1)) == look.tokens.bad
    QTest.keyClick(number, Qt.Key.Key_Escape)
    assert (number.text(), number.reason()) == ("15.0", "")
    assert not bubble.isVisible()


def test_leaving_a_wrong_entry_brings_back_the_old_number_and_says_why(number: NumberEdit) -> None:
    reasons: list[str] = []
    number.refused.connect(reasons.append)
    QTest.keyClicks(number, "lots")
    QTest.keyClick(number, Qt.Key.Key_Tab)
    assert (number.text(), number.reason()) == ("15.0", "")
    assert reasons == ["“lots” is not a number."]


def test_a_number_refused_by_its_owner_is_not_kept(number: NumberEdit) -> None:
    number.committed.connect(lambda text: number.refuse("A share lies between 0 and 100 %."))
    QTest.keyClicks(number, "200")
    QTest.keyClick(number, Qt.Key.Key_Return)
    assert (number.text(), number.reason()) == ("200", "A share lies between 0 and 100 %.")
    QTest.keyClick(number, Qt.Key.Key_Escape)
    assert number.text() == "15.0"


def test_a_number_that_changes_elsewhere_does_not_overwrite_what_is_being_typed(number: NumberEdit) -> None:
    QTest.keyClicks(number, "3")
    number.setText("14.2")
    assert number.text() == "3"
    QTest.keyClick(number, Qt.Key.Key_Escape)
    assert number.text() == "14.2"


def test_the_ring_shows_for_the_keyboard_and_not_for_the_mouse(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    first, second = Button("One"), Button("Two")
    column.addWidget(first)
    column.addWidget(second)
    with qtbot.waitExposed(page):
        page.show()
    second.setFocus(Qt.FocusReason.OtherFocusReason)
    first.setFocus(Qt.FocusReason.MouseFocusReason)
    plain = pixels(first)
    second.setFocus(Qt.FocusReason.TabFocusReason)
    first.setFocus(Qt.FocusReason.BacktabFocusReason)
    assert pixels(first) != plain


def test_a_long_text_is_shortened_shown_whole_in_the_tooltip_and_never_asks_for_room(qtbot: QtBot) -> None:
    label = TextLabel("Short")
    qtbot.addWidget(label)
    label.resize(80, 20)
    assert label.toolTip() == ""
    label.setText("European coalition with a presence in the west of the country")
    assert label.toolTip() == label.text() == label.accessibleName()
    assert label.minimumSizeHint().width() == 0


def test_a_text_with_room_for_a_letter_or_two_is_left_to_the_tooltip(qtbot: QtBot) -> None:
    label = TextLabel("15.4 points less and another leads")
    qtbot.addWidget(label)
    label.resize(20, 20)
    image = label.grab().toImage()
    assert {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())} == {image.pixel(0, 0)}
    assert label.toolTip() == label.text()


def test_an_elided_text_fits_and_a_short_one_is_left_alone() -> None:
    face, text = font(13), "Multinational force in the west"
    for width in (40.0, 90.0, 150.0):
        short = elided_in(text, face, width)
        assert short.endswith("…")
        assert text_width(short, face) <= width
    assert elided_in(text, face, 1000.0) == text


def test_a_stacked_bar_is_as_long_as_its_parts_in_their_colours_with_round_outer_ends() -> None:
    image = QImage(140, 20, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor("#FFFFFF"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    parts = [(50.0, QColor("#FF0000")), (0.0, QColor("#000000")), (30.0, QColor("#00FF00")), (40.0, QColor("#0000FF"))]
    end = stacked_bar(painter, QRectF(10, 0, 120, 20), parts, QColor("#FFFFFF"))
    painter.end()
    assert end == pytest.approx(130.0)
    seen = [image.pixelColor(x, 10).name() for x in (30, 59, 75, 89, 110)]
    assert seen == ["#ff0000", "#ffffff", "#00ff00", "#ffffff", "#0000ff"]
    assert image.pixelColor(10, 0) != QColor("#FF0000")
    assert image.pixelColor(129, 0) != QColor("#0000FF")
    assert image.pixelColor(58, 0) == QColor("#FF0000")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_scrolls_in_a_card_shows_the_surface_of_the_card(scheme: str, qtbot: QtBot) -> None:
    look.set_scheme(scheme)
    card = Card()
    qtbot.addWidget(card)
    card.body.addWidget(scroll_area(QWidget()))
    card.resize(120, 80)
    assert pixels(card).pixelColor(60, 40) == look.tokens.surface


def test_a_banner_says_one_line_acts_once_and_goes(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    banner = Banner(page)
    done: list[int] = []
    assert banner.isHidden()
    banner.say("Two scores were refused.", "warn", "Show them", lambda: done.append(1))
    assert not banner.isHidden()
    assert banner.text() == banner.accessibleName() == "Two scores were refused."
    QTest.mouseClick(banner.findChild(Button), Qt.MouseButton.LeftButton)
    assert done == [1]
    assert banner.isHidden()


def test_a_toast_stays_inside_its_window_and_goes_by_itself(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(300, 200)
    toast = Toast(page)
    toast.LASTS_MS = 30
    with qtbot.waitExposed(page):
        page.show()
    toast.say("A copy was saved beside the original, and nothing else on this machine was changed.")
    assert page.rect().contains(toast.geometry())
    qtbot.waitSignal(toast.closed)
    qtbot.waitUntil(toast.isHidden)


@pytest.mark.parametrize("tone", ["neutral", "info", "good", "warn", "bad"])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_chip_can_be_read(scheme: str, tone: str) -> None:
    look.set_scheme(scheme)
    assert contrast(*tone_colours(tone)) >= 4.5


def test_the_number_in_a_spin_box_stays_visible_under_the_sheet(qtbot: QtBot) -> None:
    box = QSpinBox()
    qtbot.addWidget(box)
    box.resize(90, box.sizeHint().height())
    box.setValue(11)
    eleven = pixels(box)
    box.setValue(88)
    assert pixels(box) != eleven


def test_importing_the_look_does_not_load_the_svg_renderer_nor_numpy() -> None:
    code = "import sys, desktop.look.widgets; print(sorted({'PySide6.QtSvg', 'numpy', 'pyqtgraph'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_reading_a_file_that_does_not_ship_says_so() -> None:
    with pytest.raises(FileNotFoundError):
        resources.read_text("icons/unicorn.svg")


def test_the_centre_of_an_icon_is_where_it_was_asked_for() -> None:
    from desktop.look import paint_icon

    image = QImage(60, 60, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor("#FFFFFF"))
    painter = QPainter(image)
    paint_icon(painter, "plus", QPointF(30, 20), QColor("#0000FF"), 24)
    painter.end()
    assert image.pixelColor(30, 20) == QColor("#0000FF")
    assert image.pixelColor(30, 40) == QColor("#FFFFFF")
