#!/usr/bin/env python3
# Which rule of the architecture has which test; lint.sh checks it.
"""Joins the rules of the architecture with the tests that carry their names, and writes COVERAGE.md.

A test asserts a rule when its name holds the rule's ID: TEST_F(SteTest, STE_17_...) asserts STE-17.
  coverage.py          writes models/smmuv3/COVERAGE.md
  coverage.py --check  writes nothing; exit 1 if the page is old, or a test names a rule of a known group that is unknown
  coverage.py --registered BUILD
                       writes nothing; exit 1 if a test that carries a rule is not among those that ctest runs there
"""
import csv
import fnmatch
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PAGE = ROOT / "models/smmuv3/COVERAGE.md"

TEST = re.compile(r"\bTEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\)")
RULE = re.compile(r"(?:^|_)([A-Z][A-Z0-9]+)_(\d{2})(?=_|$)")


def read_rows(name):
    with open(HERE / name, newline="") as file:
        return list(csv.DictReader(file))


def tests_by_rule():
    """{rule: [(Suite.Test, file)]} of all C++ tests."""
    found = {}
    for path in sorted((ROOT / "tests").rglob("*.cpp")):
        for suite, test in TEST.findall(path.read_text()):
            for group, number in RULE.findall(test):
                found.setdefault(f"{group}-{number}", []).append(
                    (f"{suite}.{test}", path.relative_to(ROOT / "tests").as_posix()))
    return found


def scope_of(rule, scopes):
    for scope in scopes:
        if fnmatch.fnmatch(rule, scope["rules"]):
            return scope
    return None


def group_of(rule):
    return rule.split("-")[0]


def state_of(rule, tests, scopes):
    scope = scope_of(rule, scopes)
    if scope:
        return scope["state"]
    return "covered" if rule in tests else "open"


def escape(text):
    return text.replace("|", "\\|").replace("<", "&lt;")


def summary(rules, states):
    lines = ["| group | rules | covered | not implemented | open |", "|---|---|---|---|---|"]
    groups = list(dict.fromkeys(group_of(r["id"]) for r in rules))
    totals = {}
    for group in groups:
        own = [states[r["id"]] for r in rules if group_of(r["id"]) == group]
        counts = [len(own)] + [own.count(s) for s in ("covered", "not implemented", "open")]
        totals = [a + b for a, b in zip(totals or [0] * 4, counts)]
        lines.append(f"| {group} | " + " | ".join(str(c) for c in counts) + " |")
    lines.append("| all | " + " | ".join(str(c) for c in totals) + " |")
    return lines


def table(rules, states, tests, scopes):
    lines = ["| rule | section | what | state | test |", "|---|---|---|---|---|"]
    for rule in rules:
        name, state = rule["id"], states[rule["id"]]
        where = ", ".join(sorted({f"{file}: `{test}`" for test, file in tests.get(name, [])}))
        if state == "not implemented":  # a test may show what hardware without the feature does
            where = "; ".join(filter(None, [scope_of(name, scopes)["why"], where]))
        lines.append(f"| {name} | {escape(rule['section'])} | {escape(rule['rule'])} | {state} | {where} |")
    return lines


def page(rules, tests, scopes):
    states = {r["id"]: state_of(r["id"], tests, scopes) for r in rules}
    lines = [(HERE / "coverage_head.md").read_text().rstrip(), "", "## Rules", "",
             "One row a rule of IHI 0070 G.b, in short words; a test carries the IDs of the rules that it asserts in",
             "its name. *open*: no test says so yet. Written by `tests/conformance/coverage.py`.", ""]
    lines += summary(rules, states) + [""] + table(rules, states, tests, scopes)
    return "\n".join(lines) + "\n"


def complaints(rules, tests, scopes):
    known = {r["id"] for r in rules}
    groups = {group_of(r["id"]) for r in rules}
    for rule, where in sorted(tests.items()):
        if rule not in known and group_of(rule) in groups:
            yield f"tests/{where[0][1]}: {where[0][0]} names the rule {rule}, which is not in rules.csv"


def unregistered(tests, build):
    listing = subprocess.run(["ctest", "--test-dir", build, "-N"], check=True, capture_output=True, text=True).stdout
    for rule, where in sorted(tests.items()):
        for test, file in where:
            if test not in listing:
                yield f"tests/{file}: {test} asserts {rule}, and ctest does not run it"


def main():
    if sys.argv[1:2] == ["--registered"]:
        wrong = list(unregistered(tests_by_rule(), sys.argv[2]))
        print("\n".join(wrong), end="\n" if wrong else "")
        return 1 if wrong else 0
    rules, scopes, tests = read_rows("rules.csv"), read_rows("scope.csv"), tests_by_rule()
    wrong = list(complaints(rules, tests, scopes))
    text = page(rules, tests, scopes)
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text)
    elif PAGE.read_text() != text:
        wrong.append("models/smmuv3/COVERAGE.md: is not what tests/conformance/coverage.py writes; run it")
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
