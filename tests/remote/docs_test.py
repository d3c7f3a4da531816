# The script in docs/remote.md does what the page says.
import os
import re
import subprocess
import sys
import unittest

from qtest import PROGRAM

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


class Page(unittest.TestCase):
    def test_the_script_prints_what_stands_below_it(self):
        with open(os.path.join(TOP, "docs", "remote.md"), encoding="utf-8") as file:
            script, output = re.search(r"```python\n(.*?)```\n```text\n(.*?)```", file.read(), re.DOTALL).groups()
        self.assertEqual(script.count("\n"), 10)
        ended = subprocess.run([sys.executable, "-B", "-c", script], cwd=TOP, capture_output=True, text=True, timeout=50,
                               env={**os.environ, "SMMU_VP_SYSTEM": os.path.abspath(PROGRAM)})
        self.assertEqual((ended.stdout, ended.stderr), (output, ""))


if __name__ == "__main__":
    unittest.main()
