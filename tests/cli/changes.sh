#!/bin/sh
# What moved since a time: each kind of change, who is charged with it and who
# relayed it, retractions and what took their place; what was there before is
# none; the whole history of a real dataset against the same counts by awk.
set -eu
. "$SOURCE/tests/cli/lib.sh"
export NO_COLOR=1
hs init korea >/dev/null 2>&1

say() { # BY VALUE SAID MORE...
	by=$1 value=$2 said=$3
	shift 3
	hs add --subject soldiers --predicate killed --value "$value" \
		--by "$by" --event 2025-01-10 --said "$said" "$@" 2>/dev/null
}
# A second in which nothing is filed.
moment() {
	sleep 1.1
	date -u +%Y-%m-%dT%H:%M:%SZ
	sleep 1.1
}
# moved SINCE MORE...: kind, before, after, by, relayed by.
moved() {
	since=$1
	shift
	hs changes --since "$since" "$@" | awk -F'\t' -v OFS='|' '{
		print $1, $4, $5, $6, $7 }'
}
# number NAME SINCE: of the summary.
number() {
	hs changes --since "$2" --summary | awk -F'\t' -v name="$1" '$1 == name {
		print $2 }'
}
# ---- Nothing ----

expect "nothing moved" "" "$(hs changes --since 2000-01-01)"
expect "nothing, as JSON" "" "$(hs changes --since 2000-01-01 --json)"
expect_in "nothing, to people" "nothing changed" \
	"$(screen 80 changes --since 2000-01-01)"
expect "the summary names all kinds" 11 \
	"$(hs changes --since 2000-01-01 --summary | wc -l | tr -d ' ')"
expect_in "the summary as JSON" '{"corrected":0,"withdrawn":0,' \
	"$(hs changes --since 2000-01-01 --summary --json)"

# ---- Each kind ----

wrong=$(say "Daily < NIS" 300 2025-01-11)
say "Daily < NIS" 310 2025-01-12 >/dev/null
expect "a correction among what is new" 1 "$(number corrected 2000-01-01)"
before=$(moment)
expect "none is new since" "" "$(moved "$before")"

say "Daily < NIS" 320 2025-01-13 >/dev/null
expect "corrected by the nearest hop" "corrected|310|320|Daily|" \
	"$(moved "$before")"
say "Daily < NIS (told; at 2025-01-14)" 330 2025-01-14 >/dev/null
expect_in "corrected by the origin, who spoke anew" \
	"corrected|320|330|NIS|Daily" "$(moved "$before")"
hs add --subject soldiers --predicate killed --event 2025-01-10 \
	--stance withdraws --by "Daily < NIS" --said 2025-01-15 >/dev/null 2>&1
expect_in "withdrawn" "withdrawn|330||Daily|" "$(moved "$before")"
say "Daily < NIS" 340 2025-01-16 >/dev/null
expect_in "given again" "given-again|330|340|Daily|" "$(moved "$before")"
hs add --subject soldiers --predicate killed --event 2025-01-10 \
	--stance denies --by Moscow --said 2025-01-16 >/dev/null 2>&1
expect_in "denied" "denied||denies|Moscow|" "$(moved "$before")"
hs add --subject soldiers --predicate killed --event 2025-01-10 \
	--stance doubts --by Berlin --said 2025-01-16 >/dev/null 2>&1
expect_in "doubted" "doubted||doubts|Berlin|" "$(moved "$before")"
say Kyiv 345 2025-01-16 >/dev/null
expect_in "another origin" "another-origin|1 origin|2 origins|Kyiv|" \
	"$(moved "$before")"

# A denial without a value stands in every question of what it denies.
hs add --subject soldiers --predicate captured --value 2 --since 2025-01-01 \
	--by NIS --said 2025-01-11 >/dev/null 2>&1
hs add --subject soldiers --predicate captured --value 3 --since 2025-01-02 \
	--by NIS --said 2025-01-11 >/dev/null 2>&1
hs add --subject soldiers --predicate captured --stance denies --by Moscow \
	--said 2025-01-16 >/dev/null 2>&1
expect "told once" 1 "$(hs changes predicate:captured --since "$before" --summary |
	awk '$1 == "denied" { print $2 }')"

# A running total goes on.
total() { # VALUE UNTIL MORE...
	value=$1 until=$2
	shift 2
	hs add --subject army --predicate lost --value "$value" --since 2024 \
		--until "$until" --said "$until" --by "Daily < Staff" "$@" >/dev/null 2>&1
}
total 1000 2025-01-01
total 1100 2025-01-02
expect_in "updated" "updated|1000|1100|Staff|Daily" \
	"$(moved "$before" predicate:lost)"
expect "until and said" "2025-01-02T23:59:59Z	2025-01-02T00:00:00Z" \
	"$(hs changes predicate:lost --since "$before" | cut -f10,11)"

# The same out of one document, by two analysts' words.
for hedge in reportedly "it is said"; do
	hs add --subject army --predicate seen --value 5 --event 2025-01-10 \
		--said 2025-01-10 --by Staff --doc https://example.org/a \
		--hedge "$hedge" >/dev/null 2>&1
done
expect "filed twice" "filed-twice|5|5|alice, alice|" \
	"$(moved "$before" predicate:seen)"

# A page that was captured again, and was another.
capture() { # RETRIEVED DIGIT
	printf '{"kind":"capture","document":"https://example.org/a","retrieved":"%s","sha256":"%s"}\n' \
		"$1" "$(head -c 64 /dev/zero | tr '\0' "$2")" >capture.jsonl
	hs import capture.jsonl >/dev/null 2>&1
}
capture 2025-01-11T10:00Z a
capture 2025-01-12T10:00Z b
capture 2025-01-13T10:00Z b
expect "a page edited" "edited|sha256 aaaaaaaaaaaa|sha256 bbbbbbbbbbbb|alice|" \
	"$(moved "$before" predicate:seen | grep ^edited)"
capture 2025-01-14T10:00Z a
expect "and back" "as it was once before" \
	"$(hs changes predicate:seen --since "$before" | grep ^edited |
		cut -f8 | sed -n 2p)"
expect_in "which page" '"document":"https://example.org/a"' \
	"$(hs changes predicate:seen --since "$before" --json | grep '"edited"')"
expect "not one of other claims" "" \
	"$(moved "$before" predicate:lost | grep ^edited || true)"

# ---- What analysts took back ----

right=$(say NIS 301 2025-01-11 --hedge "as read again")
hs retract "$wrong" --reason "misread the table" --replaced-by "$right" >/dev/null 2>&1 ||
	hs retract "$wrong" --reason "misread the table" >/dev/null
hs changes --since "$before" --json | grep '"change":"retracted"' >out
expect "one" 1 "$(wc -l <out | tr -d ' ')"
for part in '"reason":"misread the table"' '"by":"alice"' "\"$wrong\"" '"record":"'; do
	expect_in "retracted" "$part" "$(cat out)"
done
expect "of a query that it matches" 1 \
	"$(moved "$before" predicate:killed | grep -c ^retracted)"
expect "of one that it does not" 0 \
	"$(moved "$before" predicate:lost | grep -c ^retracted || true)"
after=$(moment)
expect "and since then, nothing" "" "$(moved "$after")"
revised=$(hs find predicate:lost value:1100 | cut -f1)
hs revise "$revised" value=1101 --reason "a digit was lost" >/dev/null
expect_in "what took its place" "1101" \
	"$(hs changes --since "$after" | grep ^retracted | cut -f5)"
expect "as the dataset stood before that" "" \
	"$(moved "$after" --as-of "$after")"

# ---- In every form ----

expect "columns" "change,when,question,before,after,by,relayed_by,reason,ids,until,said,rests_on" \
	"$(hs changes --since "$before" --csv | head -n 1)"
expect "cells" "" "$(hs changes --since "$before" | awk -F'\t' 'NF != 12')"
for part in '"change":"corrected"' '"question":"soldiers, killed' \
	'"before":"310","after":"320","by":"Daily","ids":["'; do
	expect_in "as JSON" "$part" "$(hs changes --since "$before" --json)"
done
for columns in 40 60 80 120; do
	screen $columns changes --since "$before" >out
	[ "$(wc -L <out)" -le $columns ] ||
		fail "wider than $columns columns: $(cat out)"
done
for part in "2 corrected" "given again after it was withdrawn" "relayed by" \
	"alice: misread"; do
	expect_in "to people" "$part" "$(cat out)"
done
expect_in "the summary to people" "2 corrected" \
	"$(screen 80 changes --since "$before" --summary)"

# To people figures are words; a date or a hash is no number of thousands.
for value in 2025-01-13 2025-01-14; do
	hs add --subject treaty --predicate signed --value $value --by Staff \
		--event 2025-01 --said $value >/dev/null 2>&1
done
for value in 1000 2000; do
	hs add --subject bridge --predicate crossed --value "more than $value" \
		--by Staff --event 2025-01 --said "$value" >/dev/null 2>&1
done
capture 2025-01-15T10:00Z 1
screen 120 changes --since "$before" >out
for part in "2025-01-13 2025-01-14" "111111111111"; do
	expect_in "as it is" "$part" "$(tr -s " " <out)"
done
screen 120 changes subject:bridge --since 2000 >out
expect_in "in words" "more than 2,000" "$(cat out)"
screen 40 changes subject:bridge --since 2000 >out
expect_in "ids are whole" "$(hs find subject:bridge | cut -c1-8 | tail -n 1)" "$(cat out)"
expect_in "nothing matches" "no claim matches" "$(screen 80 changes nothing-such --since 2000)"
# Up to when is told of totals alone.
expect "no total" "" "$(hs changes subject:bridge --since 2000 | cut -f10 | tr -d '\n')"

# ---- Wrong options ----

refused 2 "since when?" hs changes
refused 2 "--since: " hs changes --since yesterday
refused 2 "exclude each other" hs changes --since 2025 --json --csv
refused 2 "this bracket is never closed" hs changes '(' --since 2025
expect_in "help has examples" "hearsay changes --since 2025-01-12" \
	"$(hs changes --help)"

# ---- Text of others ----

hs init hostile >/dev/null
turn=$(printf '\342\200\256\342\201\246')
for nasty in 'P, "Q"' "${turn}txt.exe" '<b>&amp;' 'a) OR (b'; do
	for value in 5 6; do
		hs -d hostile add --subject "$nasty" --predicate "$nasty" \
			--value $value --by "$turn < B" --event 2025-01-13 \
			--said 2025-01-1$value >/dev/null 2>&1
	done
	id=$(hs -d hostile add "$nasty" --by B 2>/dev/null)
	hs -d hostile retract "$id" --reason "$nasty" >/dev/null
done
hs -d hostile changes --since 2000 >out
expect "corrections and retractions" "4 4" \
	"$(grep -c ^corrected out) $(grep -c ^retracted out)"
expect "cells" "" "$(awk -F'\t' 'NF != 12' out)"
screen 80 changes -d hostile --since 2000 >>out
if LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]\|\342\200\256')" out; then
	fail "what a terminal obeys: $(cat -v out)"
fi

# ---- The history of a real dataset ----

data=${HEARSAY_DATA:-$SOURCE/../shared/data}/ukraine-losses/history.tsv
[ -r "$data" ] || skip "the data folder (HEARSAY_DATA) is not here"
# A row that has an old figure and a new one was changed in place, one without
# a new one withdrawn, and the next of the same day and field gives it again.
# Rows of an operator (personnel*, twice misspelt) are no figures: 13 of those
# change one and 5 take one away, which makes 348 and 167 of all.
awk -F'\t' 'NR > 1 {
	operator = $5 == "personnel*" || $5 == "*personnel"
	what = $3 FS $4 FS $5
	if ($6 != "" && $7 != "") { rows++; if (!operator) changed++ }
	else if ($7 == "") { gone_rows++; if (!operator) { gone++; away[what] = 1 } }
	else if (!operator && away[what]) { again++; away[what] = 0 }
} END { print rows, gone_rows; print "corrected", changed
	print "withdrawn", gone; print "given-again", again }' "$data" >wanted
expect "the rows" "348 167
corrected 335
withdrawn 162
given-again 53" "$(cat wanted)"
hs init ukraine >/dev/null
hs -d ukraine import --map "$SOURCE/tools/sample/ukraine-losses.map.yaml" \
	"$data" >/dev/null 2>&1
expect "the changes" "$(sed 1d wanted)" \
	"$(hs -d ukraine changes --since 2000-01-01 --summary | tr '\t' ' ' |
		sed -n 1,3p)"
hs -d ukraine changes --since 2000-01-01 |
	awk -F'\t' '$1 == "corrected" || $1 == "withdrawn" { print $6 }' |
	sort | uniq -c | sed 's/^ *//' >out
expect "the dataset's own doing, every one" \
	"497 2022-Ukraine-Russia-War-Dataset" "$(cat out)"
# The same from the side of whom they are not charged to.
expect "the record of the General Staff" \
	"General Staff of Ukraine	22	23075	0	335	0	162	0	0	0	0" \
	"$(hs -d ukraine origins predicate:lost --track)"
expect_in "as JSON" '"corrected":0,"corrected_by_relays":335,' \
	"$(hs -d ukraine origins predicate:lost --track --json)"
expect_in "to people" "335 corrected by who passed them on" \
	"$(screen 100 -d ukraine origins predicate:lost --track | tr '\n' ' ')"
expect_in "nobody" "no origin with a name" "$(screen 80 -d ukraine origins none --track)"

# What the dataset says of how sure those figures are is kept as claims of its
# own by a second map: with both, every row of the file is one, and every change
# in place and every withdrawal shows.
export HEARSAY_DATASET=ukraine
hs import --map "$SOURCE/tools/sample/ukraine-operators.map.yaml" "$data" \
	>/dev/null 2>&1
expect "every row" "$(($(wc -l <"$data") - 1))" "$(count)"
expect "all changes in place" \
	"$(awk -F'\t' 'NR > 1 && $6 != "" && $7 != ""' "$data" | wc -l | tr -d ' ')" \
	"$(number corrected 2000-01-01)"
expect "all that was withdrawn" \
	"$(awk -F'\t' 'NR > 1 && $7 == ""' "$data" | wc -l | tr -d ' ')" \
	"$(number withdrawn 2000-01-01)"
hs changes --since 2000-01-01 |
	awk -F'\t' '$1 == "corrected" || $1 == "withdrawn" { print $6 }' |
	sort | uniq -c | sed 's/^ *//' >out
expect "348 and 167, all of them the dataset's" \
	"515 2022-Ukraine-Russia-War-Dataset" "$(cat out)"
