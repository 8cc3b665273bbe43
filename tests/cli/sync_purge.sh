#!/bin/sh
# What is purged on one node is gone from every node that syncs, and with
# compact from the disks; signatures stay good, and the rest of its filing.
set -eu
. "$SOURCE/tests/cli/lib.sh"
. "$SOURCE/tests/cli/nodes.sh"
for who in alice bob carol; do node $who; done
on alice init korea >/dev/null 2>&1
start alice
lets_in alice bob --role admin --clearance red >/dev/null
lets_in alice carol --clearance green >/dev/null
cat >two.jsonl <<'EOF'
{"text":"The witness Anthroponyma lives at the mill"}
{"text":"The mill burnt down"}
EOF
on alice import two.jsonl >/dev/null 2>&1
start bob
until_so 10 "bob has both" has bob mill 2
on alice bundle before.bundle >/dev/null 2>&1
id=$(on alice find Anthroponyma --json | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/')

refused 2 "write why" on alice purge "$id"
refused 1 "only an admin" on carol purge "$id" --reason x
refused 1 "nothing here whose id begins with" on alice purge 00000000 --reason x
expect "nothing was lost by that" 2 "$(on alice find --count)"

on bob purge "$id" --reason 'order of 12 May' >out 2>err
expect_in "it says what is left to do" "hearsay compact" "$(cat err)"
expect "gone where it was purged" 0 "$(on bob find Anthroponyma --count)"
until_so 10 "gone on alice" has alice Anthroponyma 0
expect "the other stays" 1 "$(on alice find mill --count)"
until_so 10 "in sync" in_sync bob alice
expect "equal" "$(part alice green)" "$(part bob green)"

# Who comes later gets the filing without it; who brings it back does not.
start carol
until_so 10 "carol has the rest" has carol mill
expect "and no more" 1 "$(on carol find --count)"
on carol import before.bundle >/dev/null 2>&1 || true
expect "it does not come back" 0 "$(on carol find Anthroponyma --count)"
for who in alice bob carol; do
	until_so 10 "$who is equal" sh -c "[ '$(part alice green)' = \"\$(HEARSAY_HOME=$PWD/$who '$HEARSAY' stat --json | sed 's/.*\"green\":{\"filings\":\([0-9]*\),\"root\":\"\([0-9a-f]*\)\"}.*/\1 \2/')\" ]"
	stop $who
	on $who verify >/dev/null || fail "$who verifies"
	on $who compact >/dev/null
	if grep -aq Anthroponyma $who/datasets/korea/*; then
		fail "$who's disk holds it still"
	fi
done
