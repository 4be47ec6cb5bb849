"""Pages in one place, of which the one that is shown alone says how much room is needed."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QWidget


class ShownPage(QWidget):
    """One page of several. It takes what room there is, down to the least that its page can have.

    Qt asks for as much as the largest of all pages wants, also of those that nobody sees, so that
    a panel would scroll where what it shows has room.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pages = QStackedLayout(self)
        self.pages.setSizeConstraint(QStackedLayout.SizeConstraint.SetNoConstraint)
        self.pages.currentChanged.connect(lambda _: self.updateGeometry())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        page = self.pages.currentWidget()
        return QSize() if page is None else page.minimumSizeHint().expandedTo(page.minimumSize())
