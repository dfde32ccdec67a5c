# shellcheck shell=bash
# Sourced by check.sh and test.sh: named steps that go on after a failure, and their count.

passed=0
failed=0
export CARGO_TERM_COLOR=never
steps_log=$(mktemp)
trap 'rm -f "$steps_log"' EXIT

# step NAME COMMAND...: runs it and counts its tests, or itself when it has none.
# A step that fails without a failing test (it did not compile, say) counts as one failure.
step() {
    local name=$1 good bad status=0
    shift
    printf '\n== %s\n' "$name"
    "$@" </dev/null 2>&1 | tee "$steps_log" || status=$?
    good=$(sum passed)
    bad=$(sum failed)
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    if [ "$status" -ne 0 ]; then printf '== %s: FAILED\n' "$name"; fi
    passed=$((passed + good))
    failed=$((failed + bad))
}

# sum WORD: adds up "N WORD" over cargo's result lines in the step's output.
sum() {
    awk -v word="$1" '/^test result:/ {
        for (i = 2; i <= NF; i++) if ($i == word ";") total += $(i - 1)
    } END { print total + 0 }' "$steps_log"
}

# closing_line: the counts in one line; fails when a step did.
closing_line() {
    printf '\n%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" -eq 0 ]
}
