# nodes.sh - several nodes on this machine, each with a home of its own below
# the test's directory and a daemon on a free port of the loopback interface.
: "${HEARSAYD:=$BUILD/hearsayd}"
unset HEARSAY_HOME HEARSAY_NAME HEARSAY_DATASET || true

# A port that nobody listens at.
free_port() {
	while :; do
		port=$(awk 'BEGIN { srand(); print int(20000 + rand() * 12000) }' \
			</dev/null)
		port=$((20000 + (port + $$ * 7 + ${port_tries:-0} * 131) % 12000))
		port_tries=$((${port_tries:-0} + 1))
		grep -qi "$(printf ':%04X ' "$port")" /proc/net/tcp ||
			break
	done
}

# node NAME: a home, and settings for its daemon.
node() {
	mkdir -p "$1"
	free_port
	echo "$port" >"$1.port"
	on "$1" config listen "tcp://127.0.0.1:$port" 2>/dev/null
}

# on NAME COMMAND...: as that node's analyst.
on() {
	node_name=$1
	shift
	HEARSAY_HOME="$PWD/$node_name" HEARSAY_NAME="$node_name" \
		"$HEARSAY" "$@"
}

address() { echo "tcp://127.0.0.1:$(cat "$1.port")"; }

# start NAME: its daemon; the process number is kept in NAME.pid.
start() {
	HEARSAY_HOME="$PWD/$1" HEARSAY_NAME="$1" "$HEARSAYD" -v \
		>>"$1.log" 2>&1 &
	echo $! >"$1.pid"
	until_so 5 "the daemon of $1 serves" serves "$1"
}

serves() { on "$1" status --json 2>/dev/null | grep -q '"daemon":true'; }

# stop NAME: and it ends well.
stop() {
	kill "$(cat "$1.pid")"
	status=0
	wait "$(cat "$1.pid")" || status=$?
	rm -f "$1.pid"
	expect "the end of the daemon of $1" 0 "$status"
}

stop_all() {
	for pid_file in *.pid; do
		[ -e "$pid_file" ] && kill "$(cat "$pid_file")" 2>/dev/null
	done
	wait
}
trap stop_all EXIT

# until_so SECONDS WHAT COMMAND...: tries until it is so; shows the logs where
# it never is.
until_so() {
	seconds=$1 what=$2 tries=0
	shift 2
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		if [ "$tries" -gt $((seconds * 20)) ]; then
			for log in *.log; do
				echo "---- $log"
				tail -n 20 "$log"
			done
			fail "after $seconds s it is not so: $what"
		fi
		sleep 0.05
	done
}

# lets_in WHO NAME OPTIONS...: WHO invites NAME, who joins.
lets_in() {
	inviter=$1 joiner=$2
	shift 2
	on "$inviter" invite "$joiner" "$@" >line 2>/dev/null
	on "$joiner" join - <line 2>join.err || fail "$joiner joins: $(cat join.err)"
}

has() { on "$1" find "$2" --count | grep -qx "${3:-1}"; }
in_sync() { on "$1" status | grep -q "in sync with $2:" && ! on "$1" status | grep -q "not in sync with $2"; }
root() { on "$1" stat --json | sed 's/.*"parts".*//; s/.*"root":"\([0-9a-f]*\)".*/\1/'; }
part() { on "$1" stat --json | sed "s/.*\"$2\":{\"filings\":\([0-9]*\),\"root\":\"\([0-9a-f]*\)\"}.*/\1 \2/"; }
