#!/usr/bin/env bash
# Style that a machine can check: format, layering, lengths, links, names of packages.  Prints file:line and exits 1.
set -uo pipefail
cd "$(dirname "$0")/.."

if ! command -v clang-format >/dev/null; then
    echo "lint: clang-format is missing; make lint installs it" >&2
    exit 2
fi

if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    mapfile -t files < <(git ls-files --cached --others --exclude-standard | sort -u)
else
    mapfile -t files < <(find . -type f -not -path './build*' -not -path './.git/*' -printf '%P\n' | sort)
fi

matching() {  # matching REGEX: the files whose names match and that are still there
    local file
    for file in "${files[@]}"; do
        [[ $file =~ $1 && -f $file ]] && printf '%s\n' "$file"
    done
}

lines() {
    matching '\.(h|cpp|S|ld|sh|py|awk|cmake|md|txt|json)$|(^|/)(Makefile|run)$' | xargs -d '\n' awk -f tools/lint.awk
}

format() {  # models/smmuv3/arch is set in columns and switches clang-format off for itself
    matching '\.(h|cpp)$' | xargs -d '\n' clang-format --dry-run --Werror 2>&1 |
        awk -F: '/^[^ ]+:[0-9]+:/ && !seen[$1]++ { print $1 ":" $2 ": not as clang-format writes it" }'
}

shell_syntax() {
    local file
    matching '\.sh$|^\.ci/run$' | while read -r file; do bash -n "$file" 2>&1; done
}

links() {  # [text](target) of every document, code left out: the target is there
    local file line target path
    matching '\.md$' | xargs -d '\n' awk '
        FNR == 1 { code = 0 }
        /^ *```/ { code = !code }
        code || /^    / { next }
        {
            gsub(/`[^`]*`/, "")
            while (match($0, /[^[]\]\([^)# ]+/)) {
                print FILENAME ":" FNR ":" substr($0, RSTART + 3, RLENGTH - 3)
                $0 = substr($0, RSTART + RLENGTH)
            }
        }' | while IFS=: read -r file line target; do
        [[ $target =~ ^(https?|mailto): ]] && continue
        path=$(dirname "$file")/$target
        [ -e "$path" ] || echo "$file:$line: link to $target, which is not there"
    done
}

packages() {  # whatever looks like a Debian package is in packages.txt, which says who needs it
    local file line name known
    known=" $(awk '!/^#/ && NF { print $4 }' tools/packages.txt | tr '\n' ' ') "
    matching '^(Makefile|README\.md|\.ci/run|docs/.*\.md|cmake/.*|tools/setup\.sh)$' |
        xargs -d '\n' grep -noHE '\blib[a-z0-9.+-]+-dev\b|\bg\+\+-aarch64-linux-gnu\b' |
        while IFS=: read -r file line name; do
            [[ $known == *" $name "* ]] || echo "$file:$line: package $name is not in tools/packages.txt"
        done
}

coverage() {  # COVERAGE.md and the table of nesting rules say what rules and tests say
    python3 tests/conformance/coverage.py --check
    python3 tests/sw/nesting_rules.py --check
}

found=$(lines; format; shell_syntax; links; packages; coverage)
grep '^note: ' <<<"$found"
if grep -v '^note: ' <<<"$found" | grep .; then
    echo "lint: the lines above are wrong (clang-format -i FILE repairs what it complains about)" >&2
    exit 1
fi
