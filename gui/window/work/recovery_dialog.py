"""Which unsaved changes were found, and what is to become of each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from graphs.files import stamps
from graphs.files.stamps import StampChange
from graphs.keeping.lost import Lost
from graphs.wording.visible import visible
from gui.widgets.building_blocks import button, named, wrapped
from gui.widgets.on_screen import ScreenDialog

WIDTH, HEIGHT = 560, 380


class RecoveryDialog(ScreenDialog):
    """A list with Recover, Discard and Later; in a safe start also why nothing was opened."""

    recover_asked = Signal(object)
    """Bring these changes back."""
    discard_asked = Signal(object)
    """The user does not want them."""

    def __init__(
        self, found: Sequence[Lost], not_opened: Sequence[str] | None, parent: QWidget
    ) -> None:
        super().__init__(parent)
        named(self, "recovery")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Unsaved changes"))
        self.resize(WIDTH, HEIGHT)
        self._list = QListWidget()
        self._list.setObjectName("recovery_list")
        self._list.setAccessibleName(self.tr("Unsaved changes"))
        self._list.setWordWrap(True)
        self._list.setSpacing(4)
        self._recover = button(self.tr("Recover"), "recover", self._ask_recover, "primary")
        self._discard = button(self.tr("Discard…"), "discard", self._ask_discard)
        self._later = button(self.tr("Later"), "later", self.reject)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 20, 20, 16)
        rows.setSpacing(12)
        for text, name in self._words(bool(found), not_opened):
            rows.addWidget(wrapped(text, "", name))
        rows.addWidget(self._list, 1)
        rows.addLayout(self._buttons())
        for one in found:
            self._add(one)
        self._list.setVisible(bool(found))
        self._list.currentRowChanged.connect(lambda _: self._enable())
        self._list.itemActivated.connect(lambda _: self._ask_recover())
        self._list.setCurrentRow(0)
        self._enable()

    def _words(self, has_found: bool, not_opened: Sequence[str] | None) -> list[tuple[str, str]]:
        words = []
        if not_opened is not None:
            words.append((self.tr("The last starts ended early, so this one is a safe start."), ""))
            names = "\n".join(visible(one) for one in not_opened)
            if names:
                told = self.tr("Not opened, and as it was on the disk:\n{names}")
                words.append((told.format(names=names), "not_opened"))
        if has_found:
            words.append(
                (self.tr("Layerloom ended before these changes were saved."), "recovery_words")
            )
        return words

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self._discard)
        row.addStretch(1)
        row.addWidget(self._later)
        row.addWidget(self._recover)
        return row

    def title_of(self, found: Lost) -> str:
        """What the document is called."""
        return visible(found.title) or self.tr("Untitled")

    def forget(self, found: Lost) -> None:
        """It is not there any more."""
        for row in range(self._list.count()):
            if self._list.item(row).data(Qt.ItemDataRole.UserRole) is found:
                self._list.takeItem(row)
                break
        if not self._list.count():
            self.reject()
        self._enable()

    def _add(self, found: Lost) -> None:
        when = QLocale().toString(
            QDateTime.fromSecsSinceEpoch(int(found.when)), "d MMM yyyy, HH:mm"
        )
        steps = (
            self.tr("1 change, made {when}")
            if found.steps == 1
            else self.tr("{count} changes, the last {when}")
        )
        lines = [self.title_of(found), steps.format(count=found.steps, when=when)]
        if found.about.path is not None:
            lines.insert(1, visible(found.about.path.parent))
        if found.fault:
            lines[-1] = found.fault
        elif _has_changed(found):
            lines.append(self.tr("Its file has been changed by another program since."))
        item = QListWidgetItem("\n".join(lines))
        item.setData(Qt.ItemDataRole.UserRole, found)
        self._list.addItem(item)

    def _chosen(self) -> Lost | None:
        if self._list.currentRow() < 0:
            return None
        found = self._list.currentItem().data(Qt.ItemDataRole.UserRole)
        return found if isinstance(found, Lost) else None

    def _enable(self) -> None:
        chosen = self._chosen()
        self._recover.setEnabled(chosen is not None and not chosen.fault)
        self._discard.setEnabled(chosen is not None)
        if chosen is None:
            self._later.setText(self.tr("Close"))

    def _ask_recover(self) -> None:
        chosen = self._chosen()
        if chosen is not None and not chosen.fault:
            self.accept()
            self.recover_asked.emit(chosen)

    def _ask_discard(self) -> None:
        if (chosen := self._chosen()) is not None:
            self.discard_asked.emit(chosen)


def _has_changed(found: Lost) -> bool:
    about = found.about
    return (
        about.path is not None
        and about.stamp is not None
        and stamps.glance(about.path, about.stamp) is StampChange.CHANGED
    )
