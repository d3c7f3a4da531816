#!/usr/bin/env bash
# Runs the tests of a build of preset `coverage` and prints, file by file, which lines of the component they reach.
# Fails when a line of arch or core is never reached.  A line that cannot be reached ends in a comment GCOVR_EXCL_LINE.
set -euo pipefail
build=$1
cd "$(dirname "$0")/.."

find "$build" -name '*.gcda' -delete
for tests in arch_test core_test tlm_test smmu_test; do
    log=$build/$tests.log
    if ! SYSTEMC_DISABLE_COPYRIGHT_MESSAGE=1 "$build/bin/$tests" >"$log" 2>&1; then
        tail -n 30 "$log" >&2
        echo "coverage: $tests fails; $log has all of it" >&2
        exit 1
    fi
done

gcovr --root . --filter 'models/smmuv3/' -j "$(nproc)" --json "$build/lines.json" "$build"
gcovr --root . --add-tracefile "$build/lines.json" --filter 'models/smmuv3/[^/]*$'
gcovr --root . --add-tracefile "$build/lines.json" --filter 'models/smmuv3/(arch|core)/' --fail-under-line 100
