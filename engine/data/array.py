"""Arrays of numpy as annotations name them, of any shape and any kind of number."""

from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
