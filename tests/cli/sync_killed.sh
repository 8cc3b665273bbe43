#!/bin/sh
# kill -9 of the daemon, of its link, of both, and of a sync in the foreground
# or its link, at random moments while there is much to sync: equal in the end,
# verify finds nothing, and nothing that was said to be filed is lost. KILLS
# says how often (12).
set -eu
. "$SOURCE/tests/cli/lib.sh"
. "$SOURCE/tests/cli/nodes.sh"
node alice
node bob
on alice init korea >/dev/null 2>&1
start alice
lets_in alice bob >/dev/null

# lines FROM: 4000 claims from that number on.
lines() {
	awk -v from="$1" 'BEGIN { for (i = from; i < from + 4000; i++)
		printf "{\"text\":\"claim %d of many, long enough to be worth the way it goes\",\"subject\":\"s%d\",\"predicate\":\"killed\",\"value\":%d}\n", i, i % 97, i }'
}

link_of() { tr ' ' '\n' </proc/"$1"/task/"$1"/children | head -n 1; }
ended() {
	wait "$1" || true
	rm alice.pid
}
random() { od -An -N2 -tu2 /dev/urandom | tr -d ' '; }

round=0 claims=0
while [ "$round" -lt "${KILLS:-12}" ]; do
	round=$((round + 1))
	case $((round % 6)) in
	1) lines "$claims" | on alice import - >/dev/null 2>&1 ;;
	4) lines "$claims" | on bob import - >/dev/null 2>&1 ;;
	*) false ;;
	esac && claims=$((claims + 4000))
	on alice add "alice, round $round" >>kept
	on bob add "bob, round $round" >>kept
	on bob sync --timeout 20 >/dev/null 2>&1 &
	sync=$!
	sleep "0.0$(($(random) % 10))$(($(random) % 10))"
	daemon=$(cat alice.pid)
	case $((round % 5)) in
	0) kill -9 $sync ;;
	1) kill -9 "$(link_of "$daemon")" ;;
	2) kill -9 "$(link_of $sync)" ;;
	3) kill -9 "$daemon" && ended "$daemon" ;;
	4) kill -9 "$daemon" "$(link_of "$daemon")" && ended "$daemon" ;;
	esac 2>/dev/null || true
	wait $sync 2>/dev/null || true
	[ -e alice.pid ] || start alice
done

start bob
until_so 30 "they are in sync" in_sync bob alice
until_so 30 "all is there" has bob 'predicate:killed' "$claims"
expect "equal" "$(part alice green)" "$(part bob green)"
for who in alice bob; do
	stop $who
	on $who verify >/dev/null || fail "$who verifies"
	while read -r id; do
		on $who show "$id" >/dev/null || fail "$who lost $id"
	done <kept
done
