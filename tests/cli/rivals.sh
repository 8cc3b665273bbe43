#!/bin/sh
# Two who count the same thing and do not agree: the General Staff of Ukraine
# and Oryx on Russian tanks. Their names joined, they are one conflict, compared
# at the latest date that both had reached. The data folder is $HEARSAY_DATA,
# else ../shared/data; what is expected is worked out from it here.
set -eu
. "$SOURCE/tests/cli/lib.sh"
data=${HEARSAY_DATA:-$SOURCE/../shared/data}
history=$data/ukraine-losses/history.tsv
daily=$data/oryx/daily_count.csv
[ -r "$history" ] && [ -r "$daily" ] ||
	skip "the data folder (HEARSAY_DATA) is not here"
sample=$SOURCE/tools/sample
hs init losses >/dev/null 2>&1
hs import --map "$sample/ukraine-losses.map.yaml" "$history" >/dev/null 2>&1
hs import --map "$sample/oryx-daily.map.yaml" "$daily" >/dev/null 2>&1

tanks='predicate:lost subject:"Russian forces" of:tank'
rows() { # ROW: of the conflict, what kind of row
	hs conflicts "$tanks" | awk -F'\t' -v row="$1" '$4 == row'
}

# Apart they are two questions, and no conflict of origins.
expect "before the names are joined" "" "$(rows conflict)"
hs import "$sample/oryx-terms.jsonl" >/dev/null 2>&1

# The last count of Oryx, and what stood for that day at the General Staff: the
# last that was recorded for the last day up to it.
set -- $(awk -F, '$1 == "Russia" && $2 == "Tanks" && $8 > day {
	day = $8; count = $7 } END { print day, count }' "$daily")
day=$1 oryx=$2
staff=$(awk -F'\t' -v day="$day" '$5 == "tank" && $4 <= day {
	stands[$4] = $7 } END { for (on in stands)
	if (stands[on] != "" && on > last) last = on
	print stands[last] }' "$history")
[ "$oryx" != "$staff" ] || fail "the data have come to agree"

expect "one question" 1 "$(hs conflicts "$tanks" | cut -f1 | sort -u | wc -l)"
expect "the verdict" conflict "$(hs conflicts "$tanks" | cut -f2 | sort -u)"
expect "the day compared" "$day" \
	"$(hs conflicts "$tanks" | cut -f3 | sort -u | cut -c1-10)"
expect "what each says" "General Staff of Ukraine	$staff
Oryx	$oryx" "$(rows asserts | cut -f5,6 | sort)"
expect "why" 1 "$(rows conflict | wc -l | tr -d ' ')"
for part in "General Staff of Ukraine" Oryx; do
	expect_in "the sentence" "$part" "$(rows conflict)"
done

# Two origins, however many outlets and days.
expect_in "origins" '"origins":2' "$(hs origins "$tanks" --json)"
