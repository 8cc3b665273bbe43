#!/bin/sh
# A dataset that is restored from an old backup, or begun from a bundle, gets
# back what it lacks; and what it filed after the backup comes back to it.
set -eu
. "$SOURCE/tests/cli/lib.sh"
. "$SOURCE/tests/cli/nodes.sh"
for who in alice bob carol; do node $who; done
on alice init korea >/dev/null 2>&1
start alice
on alice add "before the backup" >/dev/null
on alice backup old.hearsay >/dev/null
on alice invite carol >carol.line 2>/dev/null
lets_in alice bob --role admin --clearance red >/dev/null
start bob
on alice add "after the backup" >/dev/null
on bob add "from bob" >/dev/null
until_so 10 "both have both" has bob '"after the backup"'
until_so 10 "both have both" has alice '"from bob"'
wanted=$(part alice green)

# ---- Restored ----

stop alice
rm -r alice/datasets/korea
on alice restore old.hearsay >/dev/null
has alice 'before' && ! has alice '"after the backup"' || fail "it is the old one"
expect "it knows no other member" "alice" "$(on alice member | cut -f1)"
start alice
until_so 15 "bob brings back what it lacks" has alice '"after the backup"'
until_so 10 "all of it" has alice '"from bob"'
expect "as it was" "$wanted" "$(part alice green)"
expect "bob is a member again" "alice
bob" "$(on alice member | cut -f1)"
on alice add "after it was restored" >/dev/null
until_so 10 "and on it goes" has bob '"after it was restored"'
on alice verify >/dev/null

# ---- From a bundle ----

# By hand, without an invitation: an admin adds the card.
on alice member add carol "$(on carol id --card 2>/dev/null)" 2>/dev/null
on alice bundle all.bundle >/dev/null 2>&1
on carol import -d korea all.bundle >/dev/null 2>&1
on carol peer add alice "$(address alice)" 2>/dev/null
on carol add "from carol" >/dev/null
on carol sync >out || fail "carol: $(cat out)"
expect_in "in sync" "in sync with alice" "$(cat out)"
until_so 10 "and bob has it by way of alice" has bob '"from carol"'
