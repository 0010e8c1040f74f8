"""The one small style sheet over Fusion; everything else is palette and painting."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SHEET = """
QToolTip { background: $surface.overlay; color: $text.plain; border: 1px solid $line.strong;
    padding: 4px 6px; }
QMainWindow, QDialog { background: $surface.panel; }
QDialog { background: $surface.overlay; }

QLineEdit, QPlainTextEdit {
    background: $surface.field; color: $text.plain; border: 1px solid $line.hair;
    border-radius: 3px; padding: 3px 7px; placeholder-text-color: $text.hint;
    selection-background-color: $accent.soft; selection-color: $text.bright; }
QLineEdit { min-height: 20px; }  /* an editor has the height its form gives it */
QLineEdit:hover, QPlainTextEdit:hover { border-color: $line.strong; }
QDialog QLineEdit, QDialog QPlainTextEdit { border-color: $line.strong; }
QLineEdit:focus, QPlainTextEdit:focus, QDialog QLineEdit:focus, QDialog QPlainTextEdit:focus {
    border-color: $line.focus; }
QPlainTextEdit[docked="true"] { border-color: transparent; border-radius: 0; }
QPlainTextEdit[docked="true"]:focus { border-color: $line.focus; }
QLineEdit:disabled { color: $text.disabled; background: $surface.panel; }
QLineEdit[wrong="true"] { border-color: $attention.plain; }

QComboBox, QAbstractSpinBox {
    background: $surface.field; color: $text.plain; border: 1px solid $line.hair;
    border-radius: 3px; padding: 3px 7px; min-height: 20px;
    selection-background-color: $accent.soft; selection-color: $text.bright; }
QComboBox { padding-right: 22px; }
QAbstractSpinBox { padding: 2px 18px 2px 5px; }
QComboBox:hover, QAbstractSpinBox:hover, QDialog QComboBox, QDialog QAbstractSpinBox {
    border-color: $line.strong; }
QComboBox:focus, QComboBox:on, QAbstractSpinBox:focus,
QDialog QComboBox:focus, QDialog QComboBox:on, QDialog QAbstractSpinBox:focus {
    border-color: $line.focus; }
QComboBox:disabled, QAbstractSpinBox:disabled { color: $text.disabled;
    background: $surface.panel; }
QComboBox QLineEdit, QAbstractSpinBox QLineEdit, QDialog QComboBox QLineEdit,
QDialog QAbstractSpinBox QLineEdit {
    background: transparent; border: 0; padding: 0; min-height: 0; }
QComboBox::drop-down, QDateTimeEdit::drop-down { subcontrol-origin: padding;
    subcontrol-position: center right; width: 20px; border: 0; background: transparent; }
QComboBox::down-arrow, QAbstractSpinBox::down-arrow { image: url(theme:down.svg);
    width: 10px; height: 10px; }
QAbstractSpinBox::up-arrow { image: url(theme:up.svg); width: 10px; height: 10px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { subcontrol-origin: border;
    width: 18px; border: 0; background: transparent; }
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover {
    background: $surface.hover; }
QComboBox QAbstractItemView { background: $surface.overlay; border: 1px solid $line.strong;
    outline: 0; selection-background-color: $surface.selected; }

QPushButton { background: $surface.raised; color: $text.plain; border: 1px solid $line.strong;
    border-radius: 3px; padding: 4px 14px; min-height: 20px; }
QPushButton:hover { background: $surface.hover; border-color: $icon.dim; }
QPushButton:pressed { background: $surface.selected; }
QPushButton:focus { border-color: $line.focus; }
QPushButton:disabled { color: $text.disabled; border-color: $line.hair; }
QPushButton[main="true"] { background: $accent.plain; color: $text.on_accent;
    border-color: $accent.plain; font-weight: 600; }
QPushButton[main="true"]:hover { background: $accent.strong; border-color: $accent.strong; }
QPushButton[main="true"]:focus { border-color: $text.bright; }
QPushButton[main="true"]:disabled { background: $surface.raised; color: $text.disabled;
    border-color: $line.hair; }
QPushButton[compact="true"] { padding: 1px 8px; min-height: 18px; }
QPushButton[flat="true"] { background: transparent; border-color: transparent;
    color: $accent.plain; padding: 4px 8px; }
QPushButton[flat="true"]:hover { background: $surface.hover; }
QPushButton[flat="true"]:focus { border-color: $line.focus; }

QPushButton[crumb="true"] { color: $text.bright; background: transparent;
    border-color: transparent; padding: 4px 6px; }
QPushButton[crumb="true"]:hover { background: $surface.hover; }
QPushButton[crumb="true"]:focus { border-color: $line.focus; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 3px;
    padding: 3px; color: $text.dim; }
QToolButton:hover { background: $surface.hover; color: $text.plain; }
QToolButton:pressed, QToolButton:checked { background: $surface.selected; color: $text.bright; }
QToolButton:focus { border-color: $line.focus; }
QToolButton:disabled { color: $text.disabled; }
QToolButton[chip="true"] { border: 1px solid $line.hair; border-radius: 11px;
    padding: 1px 10px; min-height: 18px; color: $text.dim; }
QToolButton[chip="true"]:hover, QDialog QToolButton[chip="true"] {
    border-color: $line.strong; }
QToolButton[chip="true"]:checked { background: $surface.selected; border-color: $accent.soft;
    color: $text.bright; }
QToolButton[chip="true"]:focus, QDialog QToolButton[chip="true"]:focus {
    border-color: $line.focus; }
QToolButton[tab="true"] { border: 0; border-bottom: 2px solid transparent; border-radius: 0;
    padding: 3px 3px; color: $text.dim; font-size: 11px; }
QToolButton[tab="true"]:hover { color: $text.bright; }
QToolButton[tab="true"]:checked { color: $text.bright; border-bottom-color: $accent.plain; }
QToolButton[tab="true"]:disabled { color: $text.disabled; }
QToolButton[badge="attention"] { border: 1px solid $attention.plain; border-radius: 3px;
    background: $attention.soft; color: $text.bright; padding: 1px 8px; }
QToolButton::menu-indicator { image: none; }

QCheckBox, QRadioButton { color: $text.plain; spacing: 8px; }
QCheckBox:focus, QRadioButton:focus { color: $text.bright; }
QCheckBox::indicator, QAbstractItemView::indicator { width: 13px; height: 13px;
    border: 1px solid $icon.dim; border-radius: 2px; background: $surface.field; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {
    border-color: $accent.plain; image: url(theme:check.svg); }
QCheckBox::indicator:indeterminate, QAbstractItemView::indicator:indeterminate {
    border-color: $accent.plain; image: url(theme:some.svg); }
QCheckBox:disabled { color: $text.disabled; }
QCheckBox::indicator:disabled { border-color: $line.strong; background: $surface.panel; }

QTableView, QTreeView, QListView { background: $surface.field; border: 0; outline: 0; }
QDialog QTableView, QDialog QTreeView, QDialog QListView { border: 1px solid $line.hair; }
QDialog QListWidget::item { padding: 3px 4px; }
QHeaderView { background: $surface.raised; border: 0; }
QHeaderView::section { background: $surface.raised; color: $text.dim; border: 0;
    border-bottom: 1px solid $line.hair; border-right: 1px solid $line.hair; padding: 0 8px;
    font-size: 11px; font-weight: 500; height: 27px; }
QHeaderView::section:hover { color: $text.bright; }
QHeaderView::up-arrow, QHeaderView::down-arrow { width: 0; height: 0; }
QTableCornerButton::section { background: $surface.raised; border: 0; }

QMenu { background: $surface.overlay; color: $text.plain; border: 1px solid $line.strong;
    padding: 4px 0; }
QMenu::item { padding: 5px 28px 5px 12px; border: 0; }
QMenu::item:selected { background: $surface.selected; color: $text.bright; }
QMenu::item:disabled { color: $text.disabled; }
QMenu::icon { padding-left: 10px; }
QMenu::separator { height: 1px; background: $line.hair; margin: 4px 0; }

QScrollBar:vertical { background: transparent; width: 11px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 0; }
QScrollBar::handle { background: $line.strong; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $icon.dim; }
QScrollBar::handle:disabled { background: transparent; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; }

QTabBar { border: 0; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $text.dim; border: 0; padding: 7px 14px;
    border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: $text.plain; }
QTabBar::tab:selected { color: $text.bright; border-bottom-color: $accent.plain; }
QTabBar::tab:focus { color: $text.bright; background: $surface.hover; }
QTabWidget::pane { border: 0; border-top: 1px solid $line.hair; }

QSplitter::handle { background: $line.hair; }
QSplitter::handle:hover { background: $line.strong; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }

QProgressBar { background: $surface.field; border: 1px solid $line.hair; border-radius: 3px;
    color: $text.plain; text-align: center; min-height: 14px; }
QProgressBar[thin="true"] { min-height: 4px; max-height: 4px; border: 0; border-radius: 2px;
    background: $surface.hover; }
QProgressBar[thin="true"]::chunk { background: $accent.plain; }
QProgressBar::chunk { background: $accent.soft; border-radius: 2px; }

QWidget[role="rail"] { background: $surface.window; border-right: 1px solid $line.hair; }
QWidget[role="bar"] { background: $surface.window; border-bottom: 1px solid $line.hair; }
QWidget[role="toolbar"] { background: $surface.panel; border-bottom: 1px solid $line.hair; }
QWidget[role="toolbar"][current="true"] { background: $surface.selected_idle;
    border-bottom-color: $accent.plain; }
QWidget[role="status"] { background: $surface.window; border-top: 1px solid $line.hair; }
QWidget[role="card"] { background: $surface.field; border: 1px solid $line.hair;
    border-radius: 4px; }
QWidget[role="card"][chosen="true"] { border-color: $accent.plain; }
QWidget[role="card"]:focus { border-color: $line.focus; }
QWidget[role="side"] { background: $surface.panel; border-left: 1px solid $line.hair; }
QWidget[role="shelf"] { background: $surface.panel; border-right: 1px solid $line.hair; }
QWidget[role="shelf"] QTreeView { background: transparent; }
QWidget[role="shelf"] QTreeView::item { padding: 3px 0; }
QWidget[role="below"] { background: $surface.panel; border-top: 1px solid $line.hair; }
/* The handle of a splitter is the line between its parts: never two beside each other. */
QSplitter > QWidget[role="side"] { border-left: 0; }
QSplitter > QWidget[role="shelf"] { border-right: 0; }
QSplitter > QWidget[role="below"] { border-top: 0; }
QWidget[role="strip"] { background: $attention.soft; border-bottom: 1px solid $line.hair; }
QWidget[role="popup"] { background: $surface.overlay; border: 1px solid $line.strong;
    border-radius: 6px; }
QLabel { background: transparent; }
QLabel[tone="dim"] { color: $text.dim; }
QLabel[tone="faint"] { color: $text.faint; }
QLabel[tone="bright"] { color: $text.bright; }
QLabel[tone="attention"] { color: $attention.plain; }
QLabel[tone="link"] { color: $accent.plain; }
QLabel[mono="true"], QPlainTextEdit[mono="true"] {
    font-family: "JetBrains Mono", monospace; font-size: 12px; }
QLabel[scale="small"] { font-size: 11px; }
QLabel[scale="large"] { font-size: 16px; font-weight: 600; }
QLabel[scale="title"] { font-size: 20px; font-weight: 600; }
"""

_TOKEN = re.compile(r"\$([a-z]+\.[a-z_]+)")


def style_sheet(tokens: Mapping[str, str]) -> str:
    """The style sheet with every `$token` replaced by its colour."""
    return _TOKEN.sub(lambda found: tokens[found.group(1)], _SHEET)
