#!/bin/sh
# A report written in an editor: mistakes come back as comments, and nothing
# that was typed is ever lost.
set -eu
. "$SOURCE/tests/cli/lib.sh"
unset VISUAL || true
hs init korea >/dev/null 2>&1

# An editor that writes what stands in the next file of `turns`.
cat >editor <<'END'
#!/bin/sh
turn=$(cat turn)
echo $((turn + 1)) >turn
cp "$1" "seen.$turn"
ls -l "$1" | cut -c1-10 >rights
[ ! -e "turns/$turn" ] || cp "turns/$turn" "$1"
[ ! -e "turns/$turn.status" ] || exit "$(cat "turns/$turn.status")"
END
chmod +x editor
export EDITOR="$PWD/editor"
start() {
	rm -rf turns
	mkdir turns
	echo 0 >turn
}
drafts() { ls "$HEARSAY_HOME/drafts" | wc -l | tr -d ' '; }

start
printf 'subject: x\nclaims:\n- predicate: killed\n  value: 5..3\n' >turns/0
printf 'subject: x\nclaims:\n- predicate: killed\n  value: 3..5\n' >turns/1
hs file --edit >ids 2>notes
expect "turns" 2 "$(cat turn)"
expect "rights of the file" "-rw-------" "$(cat rights)"
expect_in "the template" "#document:" "$(cat seen.0)"
expect_in "the mistake, below its line" "  value: 5..3
#!       ^ value: a range has its smaller end first" "$(cat seen.1)"
expect "filed" 1 "$(count predicate:killed)"
expect "nothing is left lying about" 0 "$(drafts)"

# The mark itself may stay in the text.
start
printf 'text: marked\nvalue: 5..3\n' >turns/0
printf '#! an old mark\ntext: marked\n' >turns/1
hs file --edit >/dev/null 2>&1
expect "filed in spite of the mark" 1 "$(count marked)"

# Left as it is: nothing happens.
start
refused 1 "nothing was written" hs file --edit
expect "no draft" 0 "$(drafts)"

# Given up: the text is kept, and its path is printed.
start
printf 'text: precious\nvalue: 5..3\n' >turns/0
refused 1 "value: a range" hs file --edit
expect_in "where it is kept" "$HEARSAY_HOME/drafts/report-" "$(cat refused.err)"
expect "turns" 2 "$(cat turn)"
kept=$(ls "$HEARSAY_HOME"/drafts/*)
expect_in "the text" "text: precious" "$(cat "$kept")"

# And can be gone on with.
start
printf 'text: precious\n' >turns/0
hs file --edit "$kept" >/dev/null
expect_in "the text comes back" "text: precious" "$(cat seen.0)"
expect "filed" 1 "$(count precious)"
rm "$kept"

# An editor that breaks after it saved.
start
printf 'text: saved before the crash\n' >turns/0
echo 9 >turns/0.status
refused 1 "ended with a failure" hs file --edit
expect "not filed" 0 "$(count crash)"
expect_in "kept" "saved before the crash" "$(cat "$HEARSAY_HOME"/drafts/*)"
rm "$HEARSAY_HOME"/drafts/*

# An editor that is not there, and none at all to write in.
EDITOR=/no/such/editor refused 1 "could not be run" hs file --edit
start
refused 1 "no dataset 'other'" hs -d other file --edit
expect "the editor was not even opened" 0 "$(cat turn)"
refused 2 "one report at a time" hs file --edit a b

# More than a report may hold is kept too.
start
head -c 2000000 /dev/zero | tr '\0' x >turns/0
refused 1 "over 1048576 bytes" hs file --edit
expect "kept" 1 "$(drafts)"
