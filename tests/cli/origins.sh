#!/bin/sh
# Who says it, really: origins are counted, not outlets; who does not assert it,
# has no name, is cited in a circle or copied is listed apart, with the reason.
set -eu
. "$SOURCE/tests/cli/lib.sh"
sample=$SOURCE/tools/sample
hs init korea >/dev/null 2>&1
hs file "$sample/moscow-times.yaml" >/dev/null 2>&1
hs import "$sample/moscow-times-terms.jsonl" >/dev/null 2>&1

# column NUMBER QUERY...: of every row.
column() {
	column=$1
	shift
	hs origins "$@" | cut -f"$column"
}

# ---- One news story ----

hs origins 'predicate:killed value:300' >out
expect "one origin" 1 "$(wc -l <out | tr -d ' ')"
expect "whose it is" "National Intelligence Service" "$(cut -f2 out)"
expect "counted" "yes" "$(cut -f4 out)"
expect "as said and as read" "~300	270	330" "$(cut -f6-8 out)"
expect "the outlet" "The Moscow Times" "$(cut -f12 out)"
expect "the claim" "$(hs find predicate:killed value:300 | cut -f1)" "$(cut -f13 out)"

# Names that terms join are one; the silent answer the accusation and are no
# origins, though the query does not match what they say.
expect "who deployed" \
	"North Korea	silent
Russia	silent
South Korea	yes
Ukraine	yes
United States	yes" "$(hs origins predicate:deployed | cut -f2,4 | sort |
		sed 's/Korean government/Korea/')"
names=$(hs origins predicate:deployed | awk -F'\t' '$2 ~ /^South/ { print $3 }')
expect_in "one of its names" "South Korea" "$names"
expect_in "the other" "South Korean government" "$names"
hs origins predicate:deployed --json >out
for part in '"documents":1' '"outlets":1' '"origins":3' '"verdict":"silent"'; do
	expect_in "as JSON" "$part" "$(cat out)"
done
expect "denied" "Russian authorities	yes
The Moscow Times	denies" "$(hs origins predicate:discredits | cut -f2,4 | sort)"

# ---- However many outlets repeat it ----

say() { # BY VALUE MORE...
	by=$1 value=$2
	shift 2
	hs add --subject 'North Korean soldiers' --predicate killed \
		--value "$value" --by "$by" --since .. "$@" >/dev/null 2>&1
}
for outlet in BBC Reuters Yonhap; do
	say "$outlet < National Intelligence Service" 300 --said 2025-01-14 \
		--doc "https://example.org/$outlet"
done
hs origins predicate:killed -value:1 --json >out
for part in '"documents":4' '"outlets":4' '"origins":1'; do
	expect_in "four outlets" "$part" "$(cat out)"
done
expect "the outlets" "BBC Reuters The Moscow Times Yonhap" \
	"$(column 12 predicate:killed -value:1 | sed 's/; /\n/g' | sort |
		tr '\n' ' ' | sed 's/ $//')"
expect "as asked for" '"outlets":3' \
	"$(hs origins predicate:killed value:300 said:2025-01-14 --json |
		grep -o '"outlets":[0-9][0-9]*')"

# Known by the day before, there is but one.
expect_in "known by" '"outlets":1' \
	"$(hs origins predicate:killed -value:1 --known-by 2025-01-13 --json)"

# ---- Who counts as none ----

say '?a campaign adviser' 400 --said 2025-01-15
expect "unnamed" "	a campaign adviser	unnamed	asserts	400" \
	"$(hs origins predicate:killed | awk -F'\t' '$4 == "unnamed"' | cut -f2-6)"

hs add --subject bridge --predicate destroyed --value 2 --by 'Alpha < Beta' \
	--said 2025-02-01 --doc https://example.org/a >/dev/null 2>&1
hs add --subject bridge --predicate destroyed --value 2 --by 'Beta < Alpha' \
	--said 2025-02-02 --doc https://example.org/b >/dev/null 2>&1
expect "a circle" "Alpha	circular
Beta	circular" "$(hs origins predicate:destroyed | cut -f2,4 | sort)"
expect_in "none of them" '"origins":0' "$(hs origins predicate:destroyed --json)"

words='the convoy of at least nine lorries was hit before it reached the river'
for who in Gamma Delta; do
	hs add --subject convoy --predicate hit --value 9 --by "$who" \
		--quote "$words" --said "2025-03-0$((${#who} % 4 + 1))" \
		--doc "https://example.org/$who" >/dev/null 2>&1
done
expect "copied" 1 "$(column 4 predicate:hit | grep -c copied)"
expect_in "one of them" '"origins":1' "$(hs origins predicate:hit --json)"

# ---- Every form ----

hs origins predicate:killed -value:1 --record >out
expect "a line a claim" 5 "$(wc -l <out | tr -d ' ')"
expect "columns" 15 "$(awk -F'\t' '{ print NF }' out | sort -u)"
expect_in "the chain" "AFP < Lee Seong-kweun" "$(cat out)"
expect "csv" "question,origin,names,counted,stance,value,low,high,unit,said,until,outlets,claims,rests_on" \
	"$(hs origins predicate:killed --csv | head -n 1)"
expect "csv of claims" "question,origin,counted,stance,move,value,low,high,unit,said,until,chain,document,id,rests_on" \
	"$(hs origins predicate:killed --csv --record | head -n 1)"
expect "nothing matches" "" "$(hs origins nothing-of-the-kind)"

# ---- Figures by a rule that is named ----

say_ships() { hs add --subject ships --predicate sunk "$@" 2>/dev/null; }
first=$(say_ships --value 10 --by Fleet --said 2025-01-10)
say_ships --value 12 --by Fleet --said 2025-01-12 >/dev/null
lowest=$(say_ships --value 'about 9' --by Union --said 2025-01-11)
rolled=$(hs origins predicate:sunk --rule conservative --json)
expect_in "the lowest" '"rule":"conservative","best":"9"' "$rolled"
expect_in "what it rests on" "\"$lowest\"" "${rolled#*\"rests\"}"
expect_in "what was left out" "{\"id\":\"$first\",\"reason\":\"updated\"}" \
	"$rolled"
expect_in "all that may be" '"low":"8.1","high":"12"' \
	"$(hs origins predicate:sunk --rule range --json)"
refused 2 "average" hs origins predicate:sunk --rule average

refused 2 "QUERY" hs origins
refused 2 "exclude each other" hs origins killed --json --csv
refused 2 "--known-by" hs origins killed --known-by soon

# ---- On a terminal ----

command -v script >/dev/null || skip "there is no script to make a terminal"
screen() { # COLUMNS COMMAND
	script -qec "stty cols $1; export NO_COLOR=1; $2" /dev/null </dev/null |
		tr -d '\r'
}
screen 80 "'$HEARSAY' origins predicate:deployed" >out
expect_in "the headline" "1 document, 1 outlet, 3 origins" "$(cat out)"
expect_in "the value" "  more than 10,000: 3 origins" "$(cat out)"
expect_in "other names" "also as South Korea" "$(tr -s ' \n' ' ' <out)"
expect_in "apart" "not counted as origins:" "$(cat out)"
expect_in "silent" "is silent" "$(cat out)"
for columns in 40 60 80 120 200; do
	screen $columns "'$HEARSAY' origins predicate:killed OR predicate:hit \
		OR predicate:destroyed --record" >out
	[ "$(wc -L <out)" -le $columns ] ||
		fail "wider than $columns columns: $(cat out)"
done
screen 80 "'$HEARSAY' origins predicate:sunk --rule best-low-high" >out
expect_in "in words" "best-low-high: 12 (9 to 12); rests on " "$(cat out)"
expect_in "and why not" "left out because its origin has a later figure: 1 claim" \
	"$(tr -s ' \n' ' ' <out)"
screen 80 "'$HEARSAY' origins predicate:killed OR predicate:hit \
	OR predicate:destroyed --record" >out
expect_in "a circle" "circular" "$(cat out)"
expect_in "copied" "the very words of" "$(cat out)"
expect_in "unnamed" "a campaign adviser" "$(cat out)"
