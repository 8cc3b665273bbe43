#!/bin/sh
# demo.sh - a newcomer's walk through one news story, in a throw-away home.
# `make demo` runs it; $HEARSAY is the program.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
: "${HEARSAY:=hearsay}"
case $HEARSAY in */*) HEARSAY=$(cd "$(dirname "$HEARSAY")" && pwd)/$(basename "$HEARSAY") ;; esac
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT INT TERM
export HEARSAY_HOME="$home" HEARSAY_NAME="${HEARSAY_NAME:-alice}"
cd "$here"

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m')
else
	bold='' dim='' plain=''
fi

say() { printf '\n%s%s%s\n' "$dim" "$*" "$plain"; }

# Shows a command as one would type it, then runs it.
run() {
	printf '%s$ hearsay' "$bold"
	for word in "$@"; do
		case $word in
		*[!A-Za-z0-9_./:=,+-]*) printf " '%s'" "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
	printf '%s\n' "$plain"
	"$HEARSAY" "$@"
}

# The id of the first record that a query finds.
id_of() { "$HEARSAY" find "$@" --json --limit 1 | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/'; }
short() { printf '%.12s' "$1"; }

say "A dataset, and the keys of its founder."
run init demo

say "One news story: a document and what it says, chain by chain, filed as one."
run file sample/moscow-times.yaml

say "What is claimed about the soldiers?"
run find 'subject:"North Korean soldiers"'

say "Who says that 300 were killed, really? Everything that ends with the spy agency:"
run find 'origin:"National Intelligence Service"' --count
killed=$(id_of predicate:killed 'value:300')
run show "$(short "$killed")"

say "What had been said by 12 January?"
run find --known-by 2025-01-12

say "Who has not acknowledged it?"
run find stance:silent

say "An analyst's judgement stands beside what the source said, never in its place."
run assess "$(short "$killed")" --reliability B --credibility 3 --likelihood likely --note 'one origin, relayed by a lawmaker'

say "A mistake is taken back with its reason; nothing is destroyed."
mistaken=$(id_of predicate:captured)
run retract "$(short "$mistaken")" --reason 'filed from a draft of the report'
run find is:retracted
run show "$(short "$mistaken")"

say "Names are joined once, and found by either from then on."
run alias NIS 'National Intelligence Service'
run find origin:NIS --count

say "And everything is what was signed."
run verify
