import os
import sys
import time
from pathlib import Path

# Names of cases hold it, and have to be the same in all processes that share the tests.
os.environ.setdefault("NOW_MS", str(int(time.time() * 1000)))

sys.path.insert(0, str(Path(__file__).parent))

from worlds import *  # noqa: E402,F401,F403
