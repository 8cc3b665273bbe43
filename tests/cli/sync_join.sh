#!/bin/sh
# A colleague comes in by one line, once; and from then on both machines hold
# the same, whoever files, with nothing said to the daemons.
set -eu
. "$SOURCE/tests/cli/lib.sh"
. "$SOURCE/tests/cli/nodes.sh"
node alice
node bob
on alice init korea >/dev/null 2>&1
on alice add "before bob came" >/dev/null

# ---- Inviting ----

on alice invite bob --role writer --clearance amber >line 2>notes
expect "one line" 1 "$(wc -l <line)"
expect_in "it says so where nobody else could come" "only this machine can reach" "$(cat notes)"
expect_in "and where nobody would answer" "hearsayd does not run" "$(cat notes)"
expect "it is open" "bob	writer	amber	open" "$(on alice invite --list | sed 's/ until.*//')"

start alice
on alice invite eve >eve.line 2>notes
expect "nothing of the daemon" 0 "$(grep -c "does not run" notes || true)"

# ---- Joining ----

refused 2 "that is no invitation" on bob join nonsense
refused 2 "cut short or changed" on bob join "$(cut -c1-60 line)"
refused 1 "no dataset" on bob find
on bob join - <line >join.out 2>join.err
expect_in "who and as what" "joined korea as bob: writer, cleared for amber; invited by alice" "$(cat join.err)"
expect_in "what came" "in sync with alice: " "$(cat join.out)"
expect "what was there is here" "before bob came" "$(on bob find | cut -f4)"
expect "both are members" "alice founder
bob writer" "$(on alice member | awk -F'\t' '{ print $1, $3 }')"
expect "the same roster" "$(on alice member)" "$(on bob member)"
expect "it is used up" "eve" "$(on alice invite --list | cut -f1)"
on bob join - <line >/dev/null 2>&1 || fail "the same node may join again"
node mallory
refused 1 "" on mallory join "$(cat line)"
expect "and nothing is left" "" "$(ls -A mallory/datasets 2>/dev/null)"
on alice invite --drop eve
node eve
refused 1 "" on eve join "$(cat eve.line)"
refused 1 "there is no invitation for 'eve'" on alice invite --drop eve

# ---- Live ----

start bob
until_so 10 "bob is in sync" in_sync bob alice
on alice add "from alice, live" >/dev/null
until_so 5 "bob has it" has bob '"from alice, live"'
on bob add "from bob, live" >/dev/null
until_so 5 "alice has it" has alice '"from bob, live"'
until_so 5 "bob says so" in_sync bob alice
until_so 5 "alice says so" in_sync alice bob
on bob diff alice >out || fail "diff: $(cat out)"
expect_in "equal" "equal with alice: " "$(cat out)"
expect "equal roots" "$(part alice green)" "$(part bob green)"

# ---- Apart, and together again ----

stop bob
on bob add "bob alone" >/dev/null
on alice add "alice alone" >/dev/null
expect_in "no daemon" "hearsayd does not run here" "$(on bob status 2>&1)"
refused 1 "" on bob diff alice
expect "what either side lacks" "only here green 1 filing
only there green 1 filing" "$(cut -f1-3 refused.out | tr '\t' ' ' | sort)"
on bob diff alice --json >named.out || true
lacked=$(sed -n 's/.*"kind":"lacked-here".*"filing":"\([0-9a-f]*\)".*/\1/p' named.out)
last=$(on alice log -n 1 --json | sed 's/.*"filing":"\([0-9a-f]*\)".*/\1/')
expect "what only alice has is named" "$last" "$lacked"
expect "and is not taken" "0" "$(on bob find '"alice alone"' --count)"
on bob sync >out
expect_in "what came and went" "in sync with alice: " "$(cat out)"
expect_in "one each" "; 1 came, 1 went" "$(cat out)"
has bob '"alice alone"' && has alice '"bob alone"' || fail "sync without a daemon"
stop alice
on alice add "nobody hears" >/dev/null
refused 1 "" on bob sync --timeout 3
refused 1 "not in sync with alice" on bob diff alice
start alice
start bob
until_so 10 "they meet again" has bob '"nobody hears"'
on alice verify >/dev/null
on bob verify >/dev/null
