import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "system"))

from worlds import *  # noqa: E402,F401,F403
