"""Make or change a rule: fields on the left, its text on the right, and what is wrong at once."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.errors import Invalid
from noc_console.services.detection.language import read_rule
from noc_console.services.detection.listing import row_of
from noc_console.services.detection.measures import MEASURES, Subject
from noc_console.services.detection.model import Kind
from noc_console.views.detection.draft import SEVERITIES, Draft, draft_of
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.theme import GRID, look

PAUSE_MS = 250
WIDTH, HEIGHT = 1_080, 560
FIRST_WORD = "Give it a title, an id, a condition and a level. What is missing is said here."
DEVICE_KEYS = (
    ("types", "Device types", "router olt"),
    ("vendors", "Vendors", "juniper"),
    ("platforms", "Platforms", "junos"),
    ("models", "Models", "mx*"),
    ("sites", "Sites", "Erfurt* !*lab*"),
    ("names", "Devices", "core-*"),
)
PORT_KEYS = (
    ("interfaces", "Interfaces", "xe-*"),
    ("aliases", "Descriptions", "cust-* *#transit*"),
    ("interface_types", "ifTypes", "6 161"),
    ("speed_min", "From speed", "1G"),
    ("speed_max", "Up to speed", "100G"),
)
OTHER_KEYS = (
    ("sensors", "Sensors", "*inlet*"),
    ("probes", "Probes", "dns www.*"),
    ("collectors", "Collectors", "noc-1"),
)
_SUBJECT_OF = {"sensors": Subject.SENSOR, "probes": Subject.PROBE, "collectors": Subject.COLLECTOR}
FLAGS = (
    ("below", "Too little is the problem", "Light, charge, free space; of a change: a drop."),
    ("both", "Less than usual counts, too", "Of baselines."),
    ("share", "In per cent of the value before", "Of changes."),
    ("device_limits", "Limits of the device itself win", "Where a module or probe has its own."),
    ("mute", "Raise nothing here", "Silences the wider rules within this scope."),
)


class RuleForm(Dialog):
    """One rule of measured values. `text()` is what counts: the fields only write it."""

    def __init__(self, parent: QWidget | None, draft: Draft, *, is_new: bool) -> None:
        title = "Make a rule" if is_new else "Change the rule"
        super().__init__(parent, title, "", "Make rule" if is_new else "Save")
        self._filling = False
        self._is_untouched = is_new
        self.lines: dict[str, QLineEdit] = {}
        self.flags: dict[str, QCheckBox] = {}
        self.levels: dict[str, tuple[QLineEdit, QLineEdit]] = {}
        self.kind, self.measure = QComboBox(), QComboBox()
        self.severity, self.linked = QComboBox(), QComboBox()
        self.enabled = QCheckBox("Rule is on")
        self.remedy = QPlainTextEdit()
        self.source = QPlainTextEdit()
        self.verdict = Label("", wrap=True)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._check)
        self._rows: dict[str, QWidget] = {}
        self.form = QFormLayout()
        self._lay_out_form(is_new)
        self.fill(draft)
        self._write()
        self._wire()
        self.lines["title"].setFocus()

    # --- what was typed ----------------------------------------------------------------------

    def text(self) -> str:
        """The rule as its text."""
        return self.source.toPlainText()

    def draft(self) -> Draft:
        """What stands in the fields."""
        word = {name: line.text() for name, line in self.lines.items()}
        flags = {name for name, box in self.flags.items() if box.isChecked()}
        if not self.enabled.isChecked():
            flags.add("disabled")
        scope_keys = [key for key, *_ in (*DEVICE_KEYS, *PORT_KEYS, *OTHER_KEYS)]
        return Draft(
            id=word["id"],
            title=word["title"],
            kind=str(self.kind.currentData()),
            measure=str(self.measure.currentData()),
            condition=word["condition"],
            severity=str(self.severity.currentData()),
            levels=tuple(
                (name, at.text(), clear.text()) for name, (at, clear) in self.levels.items()
            ),
            scope=tuple((key, word[key]) for key in scope_keys),
            linked=str(self.linked.currentData()),
            need=word["need"],
            of=word["of"],
            on_delay=word["on_delay"],
            off_delay=word["off_delay"],
            within=word["within"],
            least=word["least"],
            target=word["target"],
            flags=frozenset(flags),
            text=word["text"],
            remedy=self.remedy.toPlainText(),
        )

    def fill(self, draft: Draft) -> None:
        """Show a draft in the fields."""
        self._filling = True
        scope = dict(draft.scope)
        for name, line in self.lines.items():
            line.setText(scope.get(name, "") if name in _SCOPE else str(getattr(draft, name)))
        for name, box in self.flags.items():
            box.setChecked(name in draft.flags)
        self.enabled.setChecked("disabled" not in draft.flags)
        for combo, data in (
            (self.kind, draft.kind),
            (self.measure, draft.measure),
            (self.severity, draft.severity),
            (self.linked, draft.linked),
        ):
            combo.setCurrentIndex(max(0, combo.findData(data)))
        known = {severity: (at, clear) for severity, at, clear in draft.levels}
        for name, (at, clear) in self.levels.items():
            values = known.get(name, ("", ""))
            at.setText(values[0])
            clear.setText(values[1])
        self.remedy.setPlainText(draft.remedy)
        self._filling = False
        self._show_fitting()

    def accept(self) -> None:
        self._pause.stop()
        if self._check():
            super().accept()

    # --- keeping both sides alike ------------------------------------------------------------

    def _typed(self) -> None:
        """A field changed: write the text anew."""
        if self._filling:
            return
        self._is_untouched = False
        self._show_fitting()
        self._write()

    def _write(self) -> None:
        self._filling = True
        self.source.setPlainText(self.draft().toml())
        self._filling = False
        self._pause.start()

    def _edited(self) -> None:
        if not self._filling:
            self._is_untouched = False
            self._pause.start()

    def _check(self) -> bool:
        """Whether the text is understood; the fields follow what was written by hand."""
        try:
            rule = read_rule(self.text())
        except Invalid as error:
            self.verdict.setText(FIRST_WORD if self._is_untouched else _without_place(str(error)))
            self.verdict.set_tone("dim" if self._is_untouched else "attention")
            self.accept_button.setEnabled(False)
            return False
        row = row_of(rule)
        self.verdict.setText(f"{row.watches}: {row.levels}. {row.scope or 'Everywhere'}.")
        self.verdict.set_tone("dim")
        self.accept_button.setEnabled(True)
        told = draft_of(rule)
        if told.toml() != self.draft().toml() and self.source.hasFocus():
            self.fill(told)
        return True

    def _show_fitting(self) -> None:
        """Only fields that mean something for this kind and measure."""
        draft, kind = self.draft(), str(self.kind.currentData())
        subject = MEASURES[draft.measure].subject
        is_mute = "mute" in draft.flags
        looks_back = kind not in (Kind.THRESHOLD, Kind.STATE)
        shown = {
            "within": looks_back,
            "target": kind == Kind.TREND,
            "least": kind in (Kind.CHANGE, Kind.BASELINE),
            "patience": kind not in (Kind.ABSENCE, Kind.TREND),
            "delays": kind in (Kind.THRESHOLD, Kind.STATE),
            "severity": draft.is_plain and not is_mute,
            "levels": not draft.is_plain and not is_mute,
            "both": kind == Kind.BASELINE,
            "share": kind == Kind.CHANGE,
            "below": kind not in (Kind.STATE, Kind.ABSENCE),
            "device_limits": kind in (Kind.THRESHOLD, Kind.TREND),
            "linked": subject is Subject.INTERFACE,
        }
        shown |= {key: subject is Subject.INTERFACE for key, *_ in PORT_KEYS}
        shown |= {key: subject is _SUBJECT_OF[key] for key, *_ in OTHER_KEYS}
        shown |= {key: subject is not Subject.COLLECTOR for key, *_ in DEVICE_KEYS}
        for name, is_shown in shown.items():
            self.form.setRowVisible(self._rows[name], is_shown)

    # --- how it is made ----------------------------------------------------------------------

    def _wire(self) -> None:
        for line in self.lines.values():
            line.textChanged.connect(lambda _: self._typed())
        for pair in self.levels.values():
            for line in pair:
                line.textChanged.connect(lambda _: self._typed())
        for box in (*self.flags.values(), self.enabled):
            box.toggled.connect(lambda _: self._typed())
        for combo in (self.kind, self.measure, self.severity, self.linked):
            combo.currentIndexChanged.connect(lambda _: self._typed())
        self.remedy.textChanged.connect(self._typed)
        self.source.textChanged.connect(self._edited)

    def _lay_out_form(self, is_new: bool) -> None:
        self._fill_combos()
        self._add_line("title", "Title", "What an operator reads on the list")
        self._add_line("id", "Id", "lower-case-words").setReadOnly(not is_new)
        self._add("measure", "Watches", self.measure)
        self._add("kind", "Kind", self.kind)
        self._add_line("condition", "Condition", "word-of-the-alarm")
        self._add("severity", "Severity", self.severity)
        self._add("levels", "Levels", self._level_grid())
        self._add("patience", "Agree", self._pair("need", "of", "of the last"))
        self._add("delays", "Lasts", self._pair("on_delay", "off_delay", "gone for"))
        self._add_line("within", "Looks back", "15 min, 7 d, 8 w")
        self._add_line("target", "Runs towards", "value of the measure")
        self._add_line("least", "Only from", "value below which nothing is judged")
        for name, title, tip in FLAGS:
            box = QCheckBox(title)
            box.setToolTip(plain_tip(tip))
            self.flags[name] = box
            self._add(name, "", box)
        for key, title, hint in (*DEVICE_KEYS, *PORT_KEYS, *OTHER_KEYS):
            self._add_line(key, title, hint)
        self._add("linked", "Leads to", self.linked)
        self._add_line("text", "Text", "{device} {object}: {value:.0f} {unit}")
        self.remedy.setFixedHeight(64)
        self.remedy.setTabChangesFocus(True)
        self._add("remedy", "What to do", self.remedy)
        self._add("enabled", "", self.enabled)
        self._lay_out_sides()

    def _lay_out_sides(self) -> None:
        fields = QWidget()
        fields.setLayout(self.form)
        self.form.setContentsMargins(0, 0, 2 * GRID, 0)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        scroll = QScrollArea()
        scroll.setWidget(fields)
        scroll.setWidgetResizable(True)
        scroll.viewport().setAutoFillBackground(False)  # on the ground of the dialog
        fields.setAutoFillBackground(False)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self.source.setFont(look().mono())
        self.source.setAccessibleName("The rule as TOML")
        right = QVBoxLayout()
        right.addWidget(Label("The same as text; either side may be changed", tone="dim"))
        right.addWidget(self.source, 1)
        sides = QHBoxLayout()
        sides.setSpacing(2 * GRID)
        sides.addWidget(scroll, 5)
        sides.addLayout(right, 4)
        holder = QWidget()
        holder.setLayout(sides)
        holder.setMinimumSize(WIDTH, HEIGHT)
        sides.setContentsMargins(0, 0, 0, 0)
        self.verdict.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.body.addWidget(holder)
        self.body.addWidget(self.verdict)

    def _fill_combos(self) -> None:
        for kind in Kind:
            self.kind.addItem(kind.value, kind.value)
        for name, measure in MEASURES.items():
            unit = f", {measure.unit}" if measure.unit else ""
            self.measure.addItem(f"{measure.title}{unit}   {name}", name)
        self.measure.setMaxVisibleItems(24)
        self.measure.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.measure.setMinimumContentsLength(24)
        for severity in SEVERITIES:
            word = severity.name.lower()
            self.severity.addItem(word, word)
        for title, data in (("anything", ""), ("a known device", "true"), ("others", "false")):
            self.linked.addItem(title, data)

    def _level_grid(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for at, severity in enumerate(SEVERITIES):
            name = severity.name.lower()
            raised, clear = QLineEdit(), QLineEdit()
            raised.setPlaceholderText("raise")
            clear.setPlaceholderText("clear")
            raised.setAccessibleName(f"{name}: raise")
            clear.setAccessibleName(f"{name}: clear")
            self.levels[name] = raised, clear
            grid.addWidget(Label(name, tone="dim"), at, 0)
            grid.addWidget(raised, at, 1)
            grid.addWidget(clear, at, 2)
        return holder

    def _pair(self, first: str, second: str, between: str) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        hints = {"need": "2", "of": "3", "on_delay": "5 min", "off_delay": "10 min"}
        for at, name in enumerate((first, second)):
            edit = self.lines[name] = QLineEdit()
            edit.setPlaceholderText(hints[name])
            edit.setAccessibleName(name.replace("_", " "))
            if at:
                line.addWidget(Label(between, tone="dim"))
            line.addWidget(edit)
        return holder

    def _add_line(self, name: str, title: str, hint: str) -> QLineEdit:
        edit = self.lines[name] = QLineEdit()
        edit.setPlaceholderText(hint)
        self._add(name, title, edit)
        return edit

    def _add(self, name: str, title: str, widget: QWidget) -> None:
        self._rows[name] = widget
        widget.setAccessibleName(title or name)
        self.form.addRow(title, widget)


_SCOPE = frozenset(key for key, *_ in (*DEVICE_KEYS, *PORT_KEYS, *OTHER_KEYS))


def _without_place(error: str) -> str:
    """The file has no name here."""
    return error.removeprefix("the rule: ")


def fresh() -> Draft:
    """A rule to begin with."""
    return replace(Draft(), need="2", of="3")


class TextForm(Dialog):
    """A rule of the other families: as its text."""

    def __init__(self, parent: QWidget | None, toml: str, title: str) -> None:
        super().__init__(parent, "Change the rule", title, "Save")
        self.source = QPlainTextEdit(toml)
        self.source.setFont(look().mono())
        self.source.setMinimumSize(820, 460)
        self.source.setAccessibleName("The rule as TOML")
        self.body.addWidget(self.source)

    def text(self) -> str:
        """The rule as its text."""
        return self.source.toPlainText()
