"""Choosing data: a source or a file, its settings, a look at its samples, and then one step."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.runs.events.event_types import Failed
from graphs.data import DataSection
from graphs.data.sources import Source
from graphs.data.sources.table_layout import TableLayout
from graphs.files.data_paths import settings_in_full
from graphs.mending.choosing import choose_data
from gui.data.column_uses import NAME_COLUMNS, PREDICT, ColumnUses, uses_of
from gui.data.columns import Columns
from gui.data.data_news import DataNews
from gui.data.data_on_disk import DataOnDisk
from gui.data.field_picks import FieldPicks
from gui.data.looked import Looked, look
from gui.data.preview_view import PreviewView
from gui.data.source_list import SourceList
from gui.forms.form import Form
from gui.jobs import Jobs
from gui.widgets.building_blocks import button, follow, in_tab_order, named, tip, wrapped
from gui.widgets.elided import Elided
from gui.widgets.flowing import Flowing
from gui.workspace import Workspace

READ_MILLISECONDS = 300
"""How long settings must be left alone before the data is read again."""
LAYOUT = frozenset(TableLayout().settings()) - {"bad_lines"}
"""The settings that say how a table lies in its file, on which the names of its columns depend."""
OF_PICTURES = frozenset({"bits", "deep_white"})
"""What is settled by what the pictures of one place hold."""
OF_COLUMNS = frozenset({"path", "decimal", "target_kind", *LAYOUT})
"""Settings on which it depends how columns are read."""
SETTINGS = 272
"""Pixels that the settings need at least."""


class DataView(QWidget):
    """Reads on a thread what is to be looked at; nothing changes until the user says so."""

    network_wanted = Signal(object, object)
    """A network is to be proposed for this section, of which there are so many samples."""

    def __init__(self, workspace: Workspace, jobs: Jobs) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._workspace, self._jobs = workspace, jobs
        self._settings: dict[str, Any] = {}
        self._before: tuple[str, ...] = ()
        """The columns of the file for which the settings were made, once it is another one."""
        self._looked: Looked | None = None
        self._reading = self._wanted = False
        """Whether data is being read, and whether a network is wanted once it is."""
        self._form: Form | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(READ_MILLISECONDS)
        self._timer.timeout.connect(self._read)
        self._stale = True
        self._sources = SourceList()
        self._sources.itemSelectionChanged.connect(self._choose_source)
        self._columns = Columns()
        self._columns.edited.connect(self._edit_columns)
        self._preview = PreviewView(self._columns)
        self.on_disk = DataOnDisk(workspace, self)
        self._news = DataNews()
        self.on_disk.changed.connect(self._say_news)
        self._news.read_asked.connect(self._read_news)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 10, 16, 12)
        whole.addWidget(self._news)
        row = QHBoxLayout()
        row.setSpacing(12)
        whole.addLayout(row, 1)
        row.addWidget(self._sources)
        row.addWidget(self._settings_column(), 3)
        row.addWidget(self._preview, 8)
        workspace.replaced.connect(self._begin)
        workspace.changed.connect(self._show_choice)
        self._begin()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._sources.leave_room(self.width())

    def _settings_column(self) -> QWidget:
        """The settings scroll; what is done with them stays in view below."""
        self._title = named(Elided("", 0), "source_title", "heading")
        self._help = wrapped("", "muted")
        self._form_place = QVBoxLayout()
        self._use = button(self.tr("Use this data"), "use_data", self._apply, "primary")
        in_use_words = self.tr("Used by this document.")
        self._in_use = named(Elided(in_use_words), "in_use", "ok")
        self._in_use.setToolTip(in_use_words)
        self._again = button(self.tr("Read again"), "read_again", self._read_again, "link")
        self._propose = button(self.tr("Propose a network"), "propose_network", self._want_network)
        self._propose.setToolTip(
            self.tr(
                "Use this data, and draw a network that suits it in the place of what is drawn. "
                "One undo takes it back."
            )
        )
        self._picks = FieldPicks(self._workspace)
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 8, 0)
        rows.addWidget(self._help)
        rows.addLayout(self._form_place)
        rows.addWidget(self._picks)
        rows.addStretch()
        area = self._scrolled = named(QScrollArea(), "data_settings")
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        whole = QWidget()
        whole.setMinimumWidth(SETTINGS)
        parts = QVBoxLayout(whole)
        parts.setContentsMargins(0, 0, 0, 0)
        parts.setSpacing(6)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._again)
        parts.addLayout(top)
        parts.addWidget(area, 1)
        parts.addWidget(self._in_use)
        parts.addWidget(Flowing((self._use, self._propose)))
        return whole

    # ---- what is looked at ----

    def _begin(self) -> None:
        """Another document: look at its data, when somebody looks here."""
        self._stale, self._looked, self._wanted = True, None, False
        if self.isVisible():
            self._look_at_document()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._look_at_document()

    def _look_at_document(self) -> None:
        self._stale = False
        data = self._workspace.document.data
        if Source.find(data.source) is None:
            self._sources.clearSelection()
            self._show_source(None, {})
        else:
            self.choose(data.source, data.settings)
        self._sources.scrollToTop()  # what there is comes first; what is used stands beside it

    def offer(self, path: Path) -> bool:
        """Look at a file or folder that the user dropped; False when it is no data."""
        from engine.data.choosing.likely_source import likely_source

        source = likely_source(path)
        if source is None:
            return False
        data = self._workspace.document.data
        if data.source == source and data.settings.get("path"):  # in the place of its file
            self.choose(source, data.settings)
            self._edit("path", str(path))
            assert self._form is not None  # it has just been chosen
            self._form.show_values(self._settings)
        else:
            self.choose(source, {"path": str(path)})
        return True

    def choose(self, id: str, settings: Mapping[str, Any]) -> None:
        """Look at a source with some of its settings."""
        self._sources.show_source(id)
        self._stale = False
        self._show_source(Source.get(id), settings)

    def _choose_source(self) -> None:
        source = self._sources.source()
        if source is not None:
            data = self._workspace.document.data
            self._show_source(source, data.settings if data.source == source.id else {})

    def _show_source(self, source: type[Source] | None, settings: Mapping[str, Any]) -> None:
        self._looked, self._before, self._wanted = None, (), False
        self._sources.call(on=False)
        if self._form is not None:
            self._form_place.removeWidget(self._form)
            self._form.hide()  # without a parent it would be a window, and take the focus
            self._form.deleteLater()
            self._form = None
        self._columns.show_roles({}, {})
        self._columns.chosen.clear()
        self._title.setText(source.title if source else "")
        self._title.setToolTip(tip(self._title.text()))
        self._help.setText(source.summary() if source else "")
        self._show_choice()
        if source is None:
            self._preview.say(self.tr("Choose where the samples come from."))
            return
        self._settings = {**source.defaults(), **settings}
        self._columns.notations = dict(self._settings.get("notations") or {})
        uses = uses_of(source)
        owned = frozenset() if uses is None else uses.owned
        self._columns.uses = uses or ColumnUses()
        parameters = [p for p in source.parameters() if p.name not in owned]
        self._form = Form(parameters, self._settings)
        self._form.edited.connect(self._edit)
        self._form_place.addWidget(self._form)
        self._form.follow(self._scrolled)
        self._read()

    def _edit(self, name: str, value: object) -> None:
        self._settings[name] = value
        source, data = self._sources.source(), self._workspace.document.data
        if source is not None and name == "path" and self._is_of(source, value):
            self._show_source(source, data.settings)  # back to what is used
            return
        if source is not None:
            self._forget(source, name)
        if name in OF_COLUMNS and "notations" in self._settings:  # what was settled with it
            self._settings["notations"] = None
            self._columns.notations = {}
        self._timer.start()

    def _is_of(self, source: type[Source], path: object) -> bool:
        """Whether the data of the document is read from here."""
        data = self._workspace.document.data
        return data.source == source.id and data.settings.get("path") == path

    def _forget(self, source: type[Source], name: str) -> None:
        """Take back what was settled for another file, or for other columns of the same.

        What columns are for holds as far as the new file has them, which is seen when it is read.
        """
        stale = {"notations"} if name == "path" or name in LAYOUT else set[str]()
        uses = uses_of(source)
        if stale and uses is not None and not self._before:
            if self._looked is not None and self._looked.section is not None:
                found = _uses_settled(self._looked.section)  # what was found counts as chosen
                self._settings |= {k: v for k, v in found.items() if k != name}
            set_so = uses.roles(DataSection(settings=self._settings), {})  # if nothing is read yet
            self._before = tuple(self._columns.roles or set_so)
        if name == "path":
            stale |= LAYOUT | OF_PICTURES
        again = {k: v for k, v in source.defaults().items() if k in stale and k != name}
        if again:
            self._settings |= again
            if self._form is not None and name == "path":
                self._form.show_values(self._settings)

    def _edit_columns(self) -> None:
        is_open = self._looked is not None and self._looked.section is None
        if is_open and (self._before or self._settings.get("ignored", ()) is None):
            # What was not chosen is found out once all columns can be read.
            self._before = tuple({*self._before, *self._columns.chosen})
        if self._before or not is_open:
            self._settings |= self._columns.settings()
        self._settings["notations"] = dict(self._columns.notations) or None
        self._timer.start()

    # ---- reading ----

    def _read(self) -> None:
        self._drop_reading()
        source, settings = self._sources.source(), dict(self._settings)
        if source is None:
            return
        if self._workspace.path is not None:
            settings = settings_in_full(settings, self._workspace.path.parent)
        id = source.id
        if settings.get("path") == "":
            self._preview.say(self.tr("Choose a file or a folder, or drop one on the window."))
            return
        faults = source.faults(settings)
        if faults:
            titles = {p.name: p.title for p in source.parameters()}
            told = [f"{titles.get(name, name)} {fault}." for name, fault in faults.items()]
            self._preview.say(" ".join(told), "error")
            return
        self._preview.say(self.tr("Reading…"))
        before, self._reading = self._before, True
        self._jobs.do(
            lambda: look(id, settings, before),
            lambda looked: self._show_looked(looked, fitted=bool(before)),
            self._fail,
            topic="data",
        )

    def _drop_reading(self) -> None:
        """What was asked for before is of other settings, and may come when nothing can be read."""
        self._jobs.drop("data")
        self._reading = False

    def _read_again(self) -> None:
        if self._settings.get("path") == self._workspace.document.data.settings.get("path"):
            self.on_disk.settle()
        self._read()

    def _say_news(self) -> None:
        self._news.say(self.on_disk.news)

    def _read_news(self) -> None:
        """The data of the document as it is now; what has come of it is seen before it is used."""
        self.on_disk.settle()
        self._look_at_document()

    def _fail(self, failed: Failed) -> None:
        self._looked, self._reading, self._wanted = None, False, False
        self._preview.say(failed.message, "error")
        self._show_choice()

    def _show_looked(self, looked: Looked, *, fitted: bool) -> None:
        self._looked, self._reading = looked, False
        if looked.section is not None:
            self._columns.chosen.clear()
        if fitted and looked.section is not None:  # from now on the settings are of this file
            self._before = ()
            self._settings |= {**looked.kept, **_uses_settled(looked.section)}
            if self._form is not None:
                self._form.show_values(self._settings)
        uses = uses_of(self._sources.source())
        if uses is not None:
            roles = self._roles(uses, looked)
            is_open = looked.section is None and not uses.chosen_while_open
            self._columns.show_roles(roles, looked.told, looked.ways, is_open=is_open)
        self._preview.show_preview(looked.preview, choose_columns=uses is not None)
        self._show_choice()
        wanted, self._wanted = self._wanted, False
        if wanted:
            self._want_network()

    def _roles(self, uses: ColumnUses, looked: Looked) -> dict[str, str]:
        """What columns are for, also while one of them is open: as it was, or as it is set."""
        if looked.section is not None:
            return uses.roles(looked.section, looked.told)
        set_so = DataSection(settings=self._settings)
        roles = uses.open_roles(set_so, looked.told, self._columns.roles)
        return roles | ({looked.target: PREDICT} if looked.target else {})

    # ---- choosing ----

    def _show_choice(self) -> None:
        section = self._looked.section if self._looked is not None else None
        used = section is not None and section.gives_the_same(self._workspace.document.data)
        self._use.setVisible(section is not None and not used)
        self._in_use.setVisible(used)
        self._again.setVisible(self._sources.source() is not None)
        self._propose.setVisible(section is not None)
        self._picks.setVisible(used)
        if used:
            self._picks.refresh()
            settings = in_tab_order(self._form) if self._form is not None else []
            follow(settings[-1] if settings else self._scrolled, self._picks)

    def _apply(self) -> None:
        if self._looked is not None and self._looked.section is not None:
            document = self._workspace.document
            self._workspace.history.do(choose_data(document, self._looked.section))

    def _want_network(self) -> None:
        if self._looked is not None and self._looked.section is not None:
            self.network_wanted.emit(self._looked.section, self._looked.preview.total)

    def propose(self) -> bool:
        """Want a network for what is looked at, once it is read; False where nothing is."""
        if self.visibleRegion().isEmpty():
            return False
        if self._timer.isActive():
            self._timer.stop()
            self._read()
        if self._reading:
            self._wanted = True
            return True
        is_there = self._looked is not None and self._looked.section is not None
        self._want_network()
        return is_there

    def invite(self) -> None:
        """Show what is to be done here first, for whoever wants a network and has no data."""
        if self._stale:
            self._look_at_document()
        if self._sources.source() is None:
            self._preview.say(
                self.tr(
                    "Choose in the list on the left where the samples come from. "
                    "A network can be proposed as soon as they are seen here."
                ),
                "heading",
            )
            self._sources.call(on=True)
        elif self._form is not None:
            first = next(iter(in_tab_order(self._form)), self._sources)
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._timer.isActive():  # nothing ticks while nobody looks
            self._timer.stop()
            self._read()


def _uses_settled(section: DataSection) -> dict[str, Any]:
    """The settings of a section that say what its columns are for."""
    names = (NAME_COLUMNS - {"notations"}) & section.settings.keys()
    return {name: section.settings[name] for name in names}
