#!/bin/sh
# Three hosts in network namespaces of their own, each with a real daemon, on
# a line with 40 ms of delay and 2 % loss that is cut for a while: whoever
# files, and whoever was cut off, in the end all three are equal and say so.
# The line is tc's netem, or tests/net/hub.c where the kernel has none.
#
#   NET_SEEDS=N  so many rounds (2)
#   NET_FIRST=N  from that one on
set -eu
[ "$(id -u)" = 0 ] || skip_why="it takes root to make network namespaces"
command -v ip >/dev/null || skip_why="there is no ip (Debian: iproute2)"
. "$SOURCE/tests/cli/lib.sh"
. "$SOURCE/tests/cli/nodes.sh"
[ -z "${skip_why:-}" ] || skip "$skip_why"
space="hs$$"
hosts="alice bob carol"
ip netns add "$space-alice" 2>/dev/null || skip "no network namespace can be made here"

take_down() {
	[ -z "${hub:-}" ] || kill "$hub" 2>/dev/null || true
	stop_all
	for who in $hosts; do ip netns del "$space-$who" 2>/dev/null || true; done
	ip link del "${space}br" 2>/dev/null || true
}
trap take_down EXIT
for who in bob carol; do ip netns add "$space-$who"; done

# at NAME COMMAND...: as that node's analyst, on its host.
at() {
	at_name=$1
	shift
	HEARSAY_HOME="$PWD/$at_name" HEARSAY_NAME="$at_name" \
		ip netns exec "$space-$at_name" "$HEARSAY" "$@"
}

start() {
	HEARSAY_HOME="$PWD/$1" HEARSAY_NAME="$1" ip netns exec "$space-$1" \
		"$HEARSAYD" -v >>"$1.log" 2>&1 &
	echo $! >"$1.pid"
	until_so 5 "the daemon of $1 serves" serves "$1"
}

# ---- The line ----

number() { case $1 in alice) echo 1 ;; bob) echo 2 ;; carol) echo 3 ;; esac; }

by_netem() {
	ip link add "${space}br" type bridge && ip link set "${space}br" up
	for who in $hosts; do
		end=${space}$(number $who)
		ip link add "$end" type veth peer name line \
			netns "$space-$who" || return 1
		ip link set "$end" master "${space}br" up
		ip netns exec "$space-$who" tc qdisc add dev line root netem \
			delay 40ms loss 2% 2>/dev/null || return 1
	done
}

by_hub() {
	ends=
	for who in $hosts; do
		ip -n "$space-$who" link del line 2>/dev/null || true
		ends="$ends ${space}$(number $who)"
	done
	"$BUILD/tests/net/hub" 40 20 "${NET_FIRST:-1}" $ends >hub.said &
	hub=$!
	until_so 5 "the hub has its devices" grep -q ready hub.said
	for who in $hosts; do
		ip link set "${space}$(number $who)" netns "$space-$who" name line
	done
}

if by_netem 2>/dev/null; then line=netem; else
	[ -e /dev/net/tun ] || skip "there is neither netem nor /dev/net/tun"
	line=hub
	by_hub
fi
for who in $hosts; do
	ip -n "$space-$who" link set lo up
	ip -n "$space-$who" addr add "10.77.0.$(number $who)/24" dev line
	ip -n "$space-$who" link set line up
done

# ---- Members ----

for who in $hosts; do
	mkdir "$who"
	on $who config listen "tcp://10.77.0.$(number $who):7340" 2>/dev/null
done
on alice init korea >/dev/null 2>&1
start alice
for who in bob carol; do
	on alice invite $who --role writer --clearance amber >invited 2>/dev/null
	at $who join - <invited >/dev/null 2>join.err || fail "$who joins: $(cat join.err)"
	start $who
done
until_so 30 "bob has heard of carol" sh -c "HEARSAY_HOME=bob '$HEARSAY' member | grep -q ^carol"
on bob peer add carol tcp://10.77.0.3:7340 2>/dev/null
until_so 30 "bob and carol are in sync" in_sync bob carol

# ---- Rounds ----

claims=0
# bulk NAME: 200 claims at once.
bulk() {
	awk -v from="$claims" -v who="$1" 'BEGIN { for (i = from; i < from + 200; i++)
		printf "{\"text\":\"claim %d of %s, over a bad line\",\"predicate\":\"line\",\"value\":%d}\n", i, who, i }' |
		on "$1" import - >/dev/null 2>&1
	claims=$((claims + 200))
}
# one NAME TEXT
one() {
	on "$1" add "$2" --predicate line --value 1 >>kept
	claims=$((claims + 1))
}
all_equal() {
	[ "$(part alice green)" = "$(part bob green)" ] &&
		[ "$(part alice green)" = "$(part carol green)" ]
}

began=$(date +%s)
seed=${NET_FIRST:-1}
last=$((seed + ${NET_SEEDS:-2}))
while [ "$seed" -lt "$last" ]; do
	set -- $(awk -v seed="$seed" 'BEGIN { srand(seed); split("alice bob carol", n, " ");
		print n[1 + int(rand() * 3)], n[1 + int(rand() * 3)], 1 + int(rand() * 3) }')
	cut=$1 filer=$2 seconds=$3
	for who in $hosts; do one $who "$who, before, round $seed"; done
	bulk "$filer"
	ip -n "$space-$cut" link set line down
	for who in $hosts; do one $who "$who, cut apart, round $seed"; done
	bulk "$cut"
	sleep "$seconds"
	ip -n "$space-$cut" link set line up
	for who in $hosts; do one $who "$who, after, round $seed"; done
	until_so 60 "seed $seed: all have all ($cut was cut off for $seconds s)" has alice predicate:line $claims
	until_so 60 "seed $seed: all are equal ($cut was cut off for $seconds s)" all_equal
	seed=$((seed + 1))
done

until_so 30 "they say so" in_sync bob alice
until_so 30 "they say so" in_sync carol alice
at bob diff alice >out || fail "bob and alice differ: $(cat out)"
at carol diff alice >out || fail "carol and alice differ: $(cat out)"
at bob diff carol >out || fail "bob and carol differ: $(cat out)"
for who in $hosts; do
	expect "$who has all" "$claims" "$(on $who find predicate:line --count)"
	stop $who
	on $who verify >/dev/null || fail "$who verifies"
	while read -r id; do
		on $who show "$id" >/dev/null || fail "$who lost $id"
	done <kept
done
echo "equal after ${NET_SEEDS:-2} rounds on $line, $(($(date +%s) - began)) s"
