#!/bin/sh
# Where sources disagree: what cannot all be true, is denied, is kept silent
# about or holds only within the width of "about", the gravest first; what a
# source corrects or brings up to date is no conflict.
set -eu
. "$SOURCE/tests/cli/lib.sh"
sample=$SOURCE/tools/sample
hs init korea >/dev/null 2>&1
hs file "$sample/moscow-times.yaml" >/dev/null 2>&1
hs import "$sample/moscow-times-terms.jsonl" >/dev/null 2>&1

verdicts() { hs conflicts "$@" | cut -f1,2 | uniq; }

# ---- One news story: does it add up, where do they disagree ----

hs conflicts predicate:casualties >out
for part in "2,870 to 3,130" "more than 3,000" "only within the width of"; do
	expect_in "the sum" "$part" "$(cat out)"
done
expect "denied, within about, silent" "denied silent" "$(verdicts | cut -f2 |
	grep -v alone | tr '\n' ' ' | sed 's/ $//')"
expect "the gravest first" "denied" "$(verdicts | head -n 1 | cut -f2)"
expect "who deployed" "asserts silent" \
	"$(hs conflicts predicate:deployed | cut -f4 | sort -u | tr '\n' ' ' |
		sed 's/ $//')"
all=$(hs conflicts --all --json | wc -l)
[ "$all" -gt "$(hs conflicts --json | wc -l)" ] || fail "--all lists no more"

# ---- Corrections and updates are none ----

say() { # BY SUBJECT VALUE MORE...
	by=$1 subject=$2 value=$3
	shift 3
	hs add --subject "$subject" --predicate lost --value "$value" \
		--by "$by" "$@" >/dev/null 2>&1
}
say Staff trucks 100 --since 2022-02-24 --until 2025-01-10 --said 2025-01-10
say Staff trucks 90 --since 2022-02-24 --until 2025-01-10 --said 2025-01-11
say Staff trucks 120 --since 2022-02-24 --until 2025-01-20 --said 2025-01-20
expect "a correction and an update" "" "$(hs conflicts subject:trucks)"

# ---- Two who cannot both be right, compared where both had come ----

say Watchers trucks 70 --since 2022-02-24 --until 2025-01-15 --said 2025-01-16
hs conflicts subject:trucks >out
expect "the verdict" conflict "$(cut -f2 out | sort -u)"
expect "the day" "2025-01-15" "$(cut -f3 out | cut -c1-10 | sort -u)"
expect "as it stood then" "Staff	90
Watchers	70" "$(awk -F'\t' '$4 == "asserts"' out | cut -f5,6 | sort)"
expect "why" 1 "$(awk -F'\t' '$4 == "conflict"' out | wc -l | tr -d ' ')"
expect "in a sentence" "90 by Staff, 70 by Watchers: they cannot both be true as of 2025-01-15" \
	"$(awk -F'\t' '$4 == "conflict" { print $13 }' out)"
expect "before it was said" "" "$(hs conflicts subject:trucks --known-by 2025-01-15)"
expect "figures that may both be true" "" "$(
	say Alpha lorries 'about 300' --said 2025-01-01
	say Beta lorries 320 --said 2025-01-01
	hs conflicts subject:lorries)"
expect "with --all" "compatible" "$(verdicts subject:lorries --all | cut -f2)"

# ---- Told differently, and a part that is larger than its whole ----

say 'BBC < Hospital' boats 5 --event 2025-03-01 --said 2025-03-02
say 'AFP < Hospital' boats 9 --event 2025-03-01 --said 2025-03-02
expect "one origin, told differently" 1 \
	"$(hs conflicts subject:boats | awk -F'\t' '$4 == "told differently"' | wc -l | tr -d ' ')"
expect_in "by whom" "BBC" "$(hs conflicts subject:boats)"
say Hospital village 40 --of civilians --of children --event 2025-03-01 --said 2025-03-02
say Hospital village 30 --of civilians --event 2025-03-01 --said 2025-03-02
expect "in both questions" 2 \
	"$(hs conflicts subject:village | awk -F'\t' '$4 == "part over whole"' | wc -l | tr -d ' ')"

why() { hs conflicts "$1" | awk -F'\t' -v row="$2" '$4 == row { print $13 }' | sort -u; }
expect "in a sentence" \
	'40 by Hospital for "village, lost of children, civilians, on 2025-03-01", but only 30 by Hospital for "village, lost of civilians, on 2025-03-01", of which that is a part' \
	"$(why subject:village 'part over whole')"

# ---- Names of many; words; an event that is not after a day ----

say 'Russian authorities' work 'a threat' --event ../2025-01-13 --said 2025-01-14
say 'Two papers' work 'a threat' --event ../2025-01-13 --said 2025-01-14 --stance denies
say Third work 'a game' --event ../2025-01-13 --said 2025-01-14
expect "no verb" 'denied by Two papers, asserted by Russian authorities' \
	"$(why subject:work denied | head -n 1)"
expect "words are quoted" '"a threat" by Russian authorities, "a game" by Third: they cannot both be true' \
	"$(why subject:work conflict)"
expect_in "in words" "work, lost, on 2025-01-13 or earlier" "$(hs conflicts subject:work)"

# ---- Every form ----

expect "csv" "question,verdict,compared_at,row,origin,value,low,high,unit,said,until,id,sentence,rests_on" \
	"$(hs conflicts --csv | head -n 1)"
expect "columns" 14 "$(hs conflicts | awk -F'\t' '{ print NF }' | sort -u)"
expect_in "as JSON" '"found":"conflict"' "$(hs conflicts subject:trucks --json)"
expect "nothing matches" "" "$(hs conflicts nothing-of-the-kind)"
refused 2 "--draw is for people" hs conflicts --draw --json

# The drawing, into a pipe: the one at 70 stands left of the one who had said 90
# and would say 120.
hs conflicts subject:trucks --draw >out
expect_in "the verdict in words" "conflict; totals as of" "$(cat out)"
expect_in "what a total had grown to" "90 (90 to 120 when compared)" "$(cat out)"
left=$(sed -n 's/●.*//p' out | wc -m)
right=$(sed -n 's/━.*//p' out | wc -m)
[ "$left" -gt 0 ] && [ "$left" -lt "$right" ] || fail "the drawing: $(cat out)"
for columns in 40 60 80 120 200; do
	COLUMNS=$columns hs conflicts --all --draw >out
	[ "$(wc -L <out)" -le $columns ] ||
		fail "wider than $columns columns: $(cat out)"
done
expect "no colour in a pipe" 0 "$(grep -c "$(printf '\033')" out || true)"

# ---- How many say what ----

hs init sides >/dev/null 2>&1
export HEARSAY_DATASET=sides
for side in "A --value 10" "B --value 10" "C --stance denies" \
	"D --stance silent" "E --stance declines"; do
	# shellcheck disable=SC2086
	hs add --subject troops --predicate sent --by $side >/dev/null 2>&1
done
hs conflicts --draw >drawn
expect_in "sides" "denied or doubted: 2 origins assert it, 1 denies or doubts it, 2 are silent" \
	"$(tr -s ' \n' ' ' <drawn)"
hs origins --draw predicate:sent >drawn
expect_in "for people, into a pipe" "not counted as origins:" "$(cat drawn)"
refused 2 "--draw is for people" hs origins --draw --json predicate:sent
