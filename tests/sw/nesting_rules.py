#!/usr/bin/env python3
# Which rule of nesting has which test; lint.sh checks it.
"""Joins the rules of nesting with the tests that carry their names, and writes the table of sw_stubs/README.md.

A test asserts a rule when its name holds the rule's ID: TEST_F(Suite, NEST_08_3_02_...) asserts NEST-08.3.02.
  nesting_rules.py          writes the table
  nesting_rules.py --check  writes nothing; exit 1 if the page is old, a rule has neither a test nor a reason why
                            there is none, or a test names a rule that is not in nesting_rules.csv
"""
import csv
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "sw_stubs/README.md"
HEADING = "## Rules of nesting, and their tests\n"

TEST = re.compile(r"\bTEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\)")
RULE = re.compile(r"(?:^|_)NEST((?:_\d+)+)(?=_)")


def read_rules():
    with open(HERE / "nesting_rules.csv", newline="") as file:
        return list(csv.DictReader(file))


def tests_by_rule():
    """{rule: ["file: Suite.Words"]} of the tests of the software."""
    found = {}
    for path in sorted(HERE.glob("*.cpp")):
        for suite, test in TEST.findall(path.read_text()):
            for numbers in RULE.findall(test):
                found.setdefault("NEST-" + numbers[1:].replace("_", "."), []).append((path.name, f"{suite}.{test}"))
    return found


def short(name):
    """Without the IDs, which the row has."""
    return re.sub(r"NEST(?:_\d+)+_", "", name)


def table(rules, tests):
    lines = ["| rule | what | tests |", "|---|---|---|"]
    for rule in rules:
        names = [f"`{short(name)}`" for _, name in tests.get(rule["id"], [])]
        where = ", ".join(names) or rule["why"] or "*open*"
        lines.append(f"| {rule['id']} | {rule['rule']} | {where} |")
    return "\n".join(lines) + "\n"


def complaints(rules, tests):
    known = {r["id"] for r in rules}
    for rule in rules:
        if rule["id"] not in tests and not rule["why"]:
            yield f"tests/sw/nesting_rules.csv: {rule['id']} has no test"
    for rule, names in sorted(tests.items()):
        if rule not in known:
            yield f"tests/sw/{names[0][0]}: {names[0][1]} names the rule {rule}, which is not in nesting_rules.csv"


def main():
    rules, tests = read_rules(), tests_by_rule()
    wrong = list(complaints(rules, tests))
    head, heading, rest = PAGE.read_text().partition(HEADING)
    introduction = rest.partition("\n| rule |")[0]
    text = head + HEADING + introduction + "\n" + table(rules, tests)
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text)
    elif PAGE.read_text() != text:
        wrong.append("sw_stubs/README.md: is not what tests/sw/nesting_rules.py writes; run it")
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
