"""Where no machine can be made its tests are skipped, unless they are required."""

import subprocess
import sys
from pathlib import Path

import pytest

NEEDS_MACHINE = Path(__file__).with_name("test_life.py")


@pytest.mark.parametrize("required,status", [("", 0), ("0", 0), ("1", 1)])
def test_what_cannot_be_tested(required, status, tmp_path):
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", NEEDS_MACHINE],
                          env={"PATH": str(tmp_path), "HOME": str(tmp_path), "PACKAGE_TEST_REQUIRED": required},
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == status, done.stdout
    assert (" skipped" in done.stdout) == (status == 0), done.stdout
    if status:
        assert "PACKAGE_TEST_REQUIRED=1, but Skipped: " in done.stdout
