# lib.sh - what the shell tests share. Each test runs in an empty directory,
# with $HEARSAY (the program), $SOURCE (the checkout) and $BUILD set by
# tests/run, and a home of its own.
export HEARSAY_HOME="$PWD/home" HEARSAY_NAME=alice
export TZ=UTC LC_ALL=C.UTF-8
unset HEARSAY_DATASET NO_COLOR COLUMNS XDG_DATA_HOME VISUAL EDITOR || true

fail() {
	echo "FAILED: $*"
	exit 1
}

# Ends the test as skipped, with the reason.
skip() {
	echo "$*"
	exit 77
}

# expect WHAT WANTED GOT
expect() {
	[ "$2" = "$3" ] || fail "$1:
  wanted: $2
  got:    $3"
}

# expect_in WHAT PART TEXT: the text holds the part.
expect_in() {
	case $3 in
	*"$2"*) ;;
	*) fail "$1:
  wanted somewhere in it: $2
  got: $3" ;;
	esac
}

hs() { "$HEARSAY" "$@"; }

# refused STATUS PART COMMAND...: it ends with that status and a sentence that
# holds the part; nothing on standard output but what is shown on failure.
refused() {
	wanted=$1 part=$2
	shift 2
	status=0
	"$@" >refused.out 2>refused.err </dev/null || status=$?
	expect "status of: $*
$(cat refused.err)" "$wanted" "$status"
	expect_in "the sentence of: $*" "$part" "$(cat refused.err)"
}

# What a command shows on a terminal of so many columns; the test ends as
# skipped where there is none to be had.
screen() { # COLUMNS COMMAND...
	columns=$1
	shift
	command -v script >/dev/null || skip "script(1) is not here"
	printf '%s ' "$HEARSAY" >typed
	for word in "$@"; do printf "'%s' " "$word" >>typed; done
	script -qec "stty cols $columns; $(cat typed)" /dev/null </dev/null |
		tr -d '\r'
}

# How many records answer a query.
count() { hs find --count "$@"; }

# How many records the filings of a log hold, the genesis left out.
logged() {
	hs log "$@" -n 100000 --json | grep -v '"marking":"roster"' |
		sed 's/.*"records":\[//' | tr , '\n' | grep -c '"' || true
}
