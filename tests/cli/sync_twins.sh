#!/bin/sh
# One dataset served by two daemons: another home has the same keys and a link
# to the same files. Nobody is kept out of anything, and nothing is filed twice.
set -eu
. "$SOURCE/tests/cli/lib.sh"
. "$SOURCE/tests/cli/nodes.sh"
node alice
node bob
on alice init korea >/dev/null 2>&1
start alice
lets_in alice bob >/dev/null
start bob

cp -r alice twin
rm -rf twin/datasets/korea twin/control twin/lock
ln -s "$PWD/alice/datasets/korea" twin/datasets/korea
free_port
echo "$port" >twin.port
HEARSAY_HOME="$PWD/twin" HEARSAY_NAME=alice "$HEARSAY" config listen "tcp://127.0.0.1:$port" 2>/dev/null
start twin
on bob peer add alice "$(address twin)" 2>/dev/null

for round in 1 2 3; do
	on alice add "by alice, round $round" >/dev/null
	on twin add "by her twin, round $round" >/dev/null
	on bob add "by bob, round $round" >/dev/null
done
until_so 15 "bob has all of hers" has bob '"by alice"' 3
until_so 15 "and of her twin's" has bob '"by her twin"' 3
until_so 15 "and she his" has alice '"by bob"' 3
same() { [ "$(part alice green)" = "$(part bob green)" ]; }
until_so 15 "equal" same
expect "nothing twice" 9 "$(on bob find --count)"
stop alice
on twin add "one is left" >/dev/null
until_so 15 "one is enough" has bob '"one is left"'
stop twin
stop bob
on alice verify >/dev/null || fail "alice verifies"
on bob verify >/dev/null || fail "bob verifies"
