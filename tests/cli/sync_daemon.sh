#!/bin/sh
# The daemon: one a home, told by signals and by what changes in the home,
# nothing lost when it or its link is killed, and quiet when idle.
set -eu
. "$SOURCE/tests/cli/lib.sh"
. "$SOURCE/tests/cli/nodes.sh"
node alice
node bob
hearsayd() {
	node_name=$1
	shift
	HEARSAY_HOME="$PWD/$node_name" HEARSAY_NAME=$node_name "$HEARSAYD" "$@"
}

# ---- The command line ----

expect_in "help" "Usage: hearsayd" "$("$HEARSAYD" --help)"
expect_in "version" "hearsayd 0." "$("$HEARSAYD" --version)"
refused 2 "takes no words" "$HEARSAYD" now
refused 2 "tells more" "$HEARSAYD" --frob
expect_in "checks" "0 datasets" "$(hearsayd alice -n 2>/dev/null)"
on alice init korea >/dev/null 2>&1
expect_in "checks" "so is 1 dataset" "$(hearsayd alice -n 2>/dev/null)"
cp alice/settings good
echo 'listen: tcp://desk:7340' >alice/settings
refused 1 "the setting listen: " hearsayd alice -n
refused 1 "the setting listen: " hearsayd alice
cp good alice/settings
mkdir -p alice/datasets/broken
echo nonsense >alice/datasets/broken/data.mdb
refused 1 "not every dataset can be served" hearsayd alice -n
expect_in "which" "dataset=broken" "$(cat refused.err)"
rm -r alice/datasets/broken

# ---- One a home ----

start alice
refused 1 "another hearsayd (process $(cat alice.pid)) serves this home" hearsayd alice
expect "the socket is for its user alone" 600 "$(stat -c %a alice/control)"
serves alice || fail "the first goes on"

# ---- What changes in the home ----

lets_in alice bob >/dev/null
start bob
until_so 10 "in sync" in_sync bob alice
# Another address to listen at, by the file and by a signal.
old=$(cat alice.port)
free_port
on alice config listen "tcp://127.0.0.1:$old tcp://127.0.0.1:$port"
until_so 5 "it listens there too" grep -q "listening at tcp://127.0.0.1:$port" alice.log
printf 'listen: tcp://127.0.0.1:%s\n' "$port" >>alice/settings
kill -HUP "$(cat alice.pid)"
until_so 5 "it reads anew" grep -q "reading settings and datasets anew" alice.log
echo 'listen: frob' >>alice/settings
until_so 5 "it says what is wrong" grep -q "what held before holds on" alice.log
cp good alice/settings
on bob peer add alice "tcp://127.0.0.1:$port" 2>/dev/null
# A dataset made while it runs is served.
on alice init sahel >/dev/null
until_so 5 "the new dataset" grep -q "serving it from now on dataset=sahel" alice.log
on alice invite bob -d sahel >line 2>/dev/null
on bob join - <line >/dev/null 2>join.err || fail "join: $(cat join.err)"
until_so 10 "bob serves it" grep -q "serving it from now on dataset=sahel" bob.log
on alice add "in the other dataset" -d sahel >/dev/null
until_so 10 "it is there" sh -c "HEARSAY_HOME=$PWD/bob '$HEARSAY' find -d sahel --count | grep -qx 1"
mv bob/datasets/sahel away
until_so 5 "taken away" grep -q "was taken away dataset=sahel" bob.log
mv away bob/datasets/sahel
until_so 5 "and back" sh -c "[ \$(grep -c 'serving it from now on dataset=sahel' bob.log) = 2 ]"
mv bob/datasets/sahel bob.sahel
mv alice/datasets/sahel alice.sahel
export HEARSAY_DATASET=korea

# ---- Killed ----

link_of() { cat /proc/"$(cat "$1.pid")"/task/*/children | tr ' ' '\n' | head -n 1; }
for round in 1 2 3; do
	kill -9 "$(link_of alice)"
	on alice add "round $round, link killed" >/dev/null
	until_so 15 "after the link was killed" has bob "\"round $round, link killed\""
	kill -9 "$(cat bob.pid)"
	wait "$(cat bob.pid)" 2>/dev/null || true
	on alice add "round $round, daemon killed" >/dev/null
	start bob
	until_so 15 "after the daemon was killed" has bob "\"round $round, daemon killed\""
done
grep -q "hearsay-link was ended by signal 9" alice.log || fail "it says so"

# ---- Idle ----

# Times it was woken, and private memory in kB.
wakes() { awk '/voluntary_ctxt/ { n += $2 } END { print n }' "/proc/$1/task/$1/status"; }
private() { awk '/^Private_(Clean|Dirty)/ { n += $2 } END { print n }' "/proc/$1/smaps_rollup"; }
until_so 10 "in sync" in_sync bob alice
sleep 1
before=$(wakes "$(cat bob.pid)")
sleep 3
woken=$(($(wakes "$(cat bob.pid)") - before))
[ "$woken" -le 6 ] || fail "woken $woken times in 3 s, over two a second"
case $(basename "$BUILD") in
*-release)
	used=$(private "$(cat bob.pid)")
	[ "$used" -le 8192 ] || fail "an idle daemon has $used kB of its own, over 8 MB"
	echo "idle: $used kB private, woken $woken times in 3 s" ;;
esac

# ---- Without a home there is nothing to serve ----

mkdir other
HEARSAY_HOME=$PWD/other "$HEARSAY" config listen none
HEARSAY_HOME=$PWD/other "$HEARSAYD" 2>other.log &
other=$!
until_so 5 "it serves" grep -q "serving 0 datasets" other.log
mv other moved
status=0
wait $other || status=$?
expect "it ends" 1 "$status"
expect_in "and says why" "the home was deleted or moved away" "$(cat other.log)"

stop alice
[ ! -e alice/control ] || fail "the socket stays"
stop bob
on alice verify >/dev/null
on bob verify >/dev/null
