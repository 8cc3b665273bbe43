#!/bin/sh
# demo.sh - two analysts, two machines, one dataset: played on this machine, in
# throw-away homes, with a daemon each on the loopback interface. `make demo`
# runs it; $HEARSAY is the program, hearsayd is beside it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
: "${HEARSAY:=hearsay}"
case $HEARSAY in */*) HEARSAY=$(cd "$(dirname "$HEARSAY")" && pwd)/$(basename "$HEARSAY") ;; esac
case $HEARSAY in */*) HEARSAYD=$(dirname "$HEARSAY")/hearsayd ;; *) HEARSAYD=hearsayd ;; esac
homes=$(mktemp -d)
daemons=''
finish() {
	# shellcheck disable=SC2086
	[ -z "$daemons" ] || kill $daemons 2>/dev/null || true
	wait
	rm -rf "$homes"
}
trap finish EXIT
trap 'exit 1' INT TERM
unset HEARSAY_DATASET HEARSAY_HOME || true
cd "$here"

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m')
else
	bold='' dim='' plain=''
fi

say() { printf '\n%s%s%s\n' "$dim" "$*" "$plain"; }

# Shows a command as one would type it.
show() {
	printf '%s' "$bold$who\$"
	for word in "$@"; do
		case $word in
		'&' | '|') printf ' %s' "$word" ;;
		*[!A-Za-z0-9_./:=,+-]*) printf " '%s'" "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
	printf '%s\n' "$plain"
}

# as WHO: who types from now on.
as() {
	who=$1
	export HEARSAY_HOME="$homes/$who" HEARSAY_NAME="$who"
}

run() {
	show hearsay "$@"
	"$HEARSAY" "$@"
}

# The same for a command whose point is that it says no.
run_no() {
	show hearsay "$@"
	if "$HEARSAY" "$@"; then
		echo "(exit status 0, where another was to be shown)"
		exit 1
	fi
}

# The daemon of whoever types.
start() {
	show hearsayd '&'
	"$HEARSAYD" 2>"$homes/$who.log" &
	eval "${who}_daemon=$!"
	daemons="$daemons $!"
}

stop() {
	eval "daemon=\$${who}_daemon"
	show kill "$daemon"
	# shellcheck disable=SC2154
	kill "$daemon"
	wait "$daemon"
}

# Waits, at most ten seconds, until a command says what it should.
await() {
	part=$1 tries=0
	shift
	until "$HEARSAY" "$@" 2>/dev/null | grep -q "$part"; do
		tries=$((tries + 1))
		if [ "$tries" -gt 500 ]; then
			echo "it did not happen: '$part' of hearsay $*"
			cat "$homes"/*.log
			exit 1
		fi
		sleep 0.02
	done
}

# The id of the first record that a query finds.
id_of() { "$HEARSAY" find "$@" --json --limit 1 | sed 's/.*"id":"\([0-9a-f]\{12\}\).*/\1/'; }

port=$((20000 + $$ % 10000))
free() { ! grep -qi "$(printf ':%04X ' "$1")" /proc/net/tcp; }
next_port() {
	port=$((port + 1))
	until free "$port"; do port=$((port + 1)); done
}

say "Alice makes a dataset. Her daemon listens where Bob can reach it."
as alice
run init korea
next_port
run config listen "tcp://127.0.0.1:$port"
start
await '"daemon":true' status --json

say "She files one news story: a document and what it says, chain by chain."
show hearsay file sample/moscow-times.yaml '|' tail -n 3
"$HEARSAY" file sample/moscow-times.yaml 2>/dev/null | tail -n 3

say "What its names and words mean: which two are one, what casualties add up to."
show hearsay import sample/moscow-times-terms.jsonl
"$HEARSAY" import sample/moscow-times-terms.jsonl

say "One line lets Bob in, once, as a writer who may see what is marked green."
show hearsay invite bob --role writer --clearance green
line=$("$HEARSAY" invite bob --role writer --clearance green)
printf '%s\n' "$line"

say "On his machine Bob joins with it, and has everything."
as bob
next_port
"$HEARSAY" config listen "tcp://127.0.0.1:$port"
run join "$line"
run find 'subject:"North Korean soldiers"'
start

say "Who says that 300 were killed, really? One, however many repeat it."
run origins --draw 'predicate:killed value:300'
killed=$(id_of predicate:killed 'value:300')
run show "$killed"

say "Does it add up? Only because \"about\" has width."
run conflicts --draw predicate:casualties

say "Where do they disagree?"
run conflicts --draw predicate:deployed OR predicate:discredits

say "What had been said by 12 January?"
run find --known-by 2025-01-12

say "From now on each has what the other files, at once. Bob judges a claim:"
await '^  in sync with alice' status
run assess "$killed" --reliability B --credibility 3 --note 'one origin, relayed by a lawmaker'
as alice
await . find kind:assessment
run find kind:assessment

say "Bob goes offline. Both go on working."
as bob
stop
run add 'Kyiv says two soldiers were captured in Kursk' --subject 'North Korean soldiers' --predicate captured --value 2 --by 'Volodymyr Zelensky' --said 2025-01-11 --doc https://example.org/kyiv
as alice
run retract "$killed" --reason 'filed from a draft of the report'

say "They meet again, and are equal; each can prove it."
as bob
start
await '^  in sync with alice' status
run status
run diff alice
run find is:retracted
root=$("$HEARSAY" status | sed -n 's/.*root //p')
as alice
await "root $root" status
await '^  in sync with bob: 7 filings' status
run status

say "What is marked amber does not reach Bob, who is cleared for green."
run add 'A defector names the unit; not to be shared further' --subject 'North Korean soldiers' --marking amber
secret=$(id_of defector)
run_no why-not "$secret" bob
as bob
await '^  in sync with alice' status
run find defector --count
run diff alice

say "And on both machines everything is what was signed."
run verify
as alice
run verify
