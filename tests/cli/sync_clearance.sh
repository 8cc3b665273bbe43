#!/bin/sh
# Nobody is sent what is above their clearance, a reader files nothing, and who
# is removed is cut off; why-not says which of it is the reason.
set -eu
. "$SOURCE/tests/cli/lib.sh"
. "$SOURCE/tests/cli/nodes.sh"
for who in alice bob carol; do node $who; done
on alice init korea >/dev/null 2>&1
start alice
lets_in alice bob --clearance green >/dev/null
lets_in alice carol --role reader --clearance amber >/dev/null
start bob
start carol

# ---- Markings ----

green=$(on alice add "for all of us" --marking green)
amber=$(on alice add "not for bob" --marking amber)
red=$(on alice add "for founders" --marking red)
mine=$(on alice add "for this machine" --marking local)
until_so 10 "carol has what is amber" has carol '"not for bob"'
until_so 10 "bob has what is green" has bob '"for all of us"'
until_so 5 "bob is in sync" in_sync bob alice
expect "bob has no more" 1 "$(on bob find --count)"
expect "carol has no more" 2 "$(on carol find --count)"
on bob diff alice >/dev/null || fail "bob is equal in what he may see"
expect "green is equal" "$(part alice green)" "$(part bob green)"
expect "of amber bob has none" "0" "$(part bob amber | cut -d' ' -f1)"

on alice why-not "$green" bob >out || fail "why-not: $(cat out)"
expect_in "may" "bob is sent it" "$(cat out)"
refused 1 "" on alice why-not "$amber" bob
expect_in "above" "above their clearance (green)" "$(cat refused.out)"
on alice why-not "$amber" carol >/dev/null || fail "carol may see amber"
refused 1 "" on alice why-not "$red" carol
refused 1 "" on alice why-not "$mine" carol
expect_in "local" "never leaves this machine" "$(cat refused.out)"
refused 1 "there is no member 'carl' (did you mean 'carol'?)" on alice why-not "$green" carl

# The same claim filed lower goes further.
on bob add "not for bob" --marking green >/dev/null
until_so 5 "alice has bob's filing" sh -c "HEARSAY_HOME=$PWD/alice '$HEARSAY' show $amber | grep -q 'bob  green'"
expect_in "of each filing" "marked green: bob is sent it" "$(on alice why-not "$amber" bob)"

# ---- Roles ----

refused 1 "may read dataset" on carol add "a reader files nothing"
refused 1 "only an admin" on bob invite dave
refused 1 "only an admin" on bob member remove carol

# More rights are granted by granting again.
card=$(on carol id --card)
on alice member add carol "$card" --role writer --clearance amber 2>/dev/null
until_so 10 "carol may file" on carol add "carol may file" --marking green
until_so 5 "bob has it" has bob '"carol may file"'

# ---- Removal ----

on alice member remove bob --reason 'left the team' 2>/dev/null
expect "removed" removed "$(on alice member | awk -F'\t' '$1 == "bob" { print $3 }')"
on alice add "after bob left" >/dev/null
until_so 10 "carol has it" has carol '"after bob left"'
sleep 1
expect "bob has not" 0 "$(on bob find '"after bob left"' --count)"
refused 1 "" on bob sync --timeout 5
expect_in "not let in" "not in sync with alice" "$(cat refused.out)"
refused 1 "not in sync with alice" on bob diff alice
refused 1 "" on alice why-not "$green" bob
expect_in "removed" "no member any more" "$(cat refused.out)"
stop alice
stop bob
stop carol
for who in alice bob carol; do on $who verify >/dev/null || fail "$who verifies"; done
