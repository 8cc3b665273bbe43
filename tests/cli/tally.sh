#!/bin/sh
# Sums over incidents: by month, place, who is counted and subject; by each
# rule; what is left out and why; hostile text; daily figures of a real dataset
# against the same sums made by awk.
set -eu
. "$SOURCE/tests/cli/lib.sh"
export NO_COLOR=1
hs init gaza >/dev/null 2>&1

say() { # BY VALUE EVENT MORE...
	by=$1 value=$2 event=$3
	shift 3
	hs add --subject strike --predicate killed --value "$value" \
		--by "$by" --event "$event" --said 2025-03-01 "$@" >/dev/null 2>&1
}
# sums MORE...: name, incidents, disputed, low, best, high of each row.
sums() {
	hs tally "$@" | awk -F'\t' '$1 != "left-out" {
		name = $1 == "group" ? $2 : $1
		print name, $5, $6, ($8 ? ">" : "") ($7 ? $7 : "-"),
			$9 ? $9 : "-", ($11 ? "<" : "") ($10 ? $10 : "-") }'
}
# ---- Nothing ----

expect "nothing to tally" "" "$(hs tally)"
expect "nothing, as JSON" "" "$(hs tally --json)"
expect "nothing, as CSV" 1 "$(hs tally --csv | wc -l | tr -d ' ')"
expect_in "nothing, to people" "no claim matches" "$(screen 80 tally)"

# ---- Rules and groups ----

say A "about 300" 2025-01-13 --place Rafah
say B "2 to 5" 2025-01-14 --place Rafah
say C 9 2025-01-14 --place Rafah
say A "more than 10" 2025-02-01 --place "Gaza City"
say A 4 2025-02-01 --place "Gaza City" --of children
say A 7 2025-01-31/2025-02-01
say "?a witness" 2 2025-02-03 --place Rafah
# January: 270 to 330 and 2 to 9; February: more than 10, and 2 of a witness.
expect "by month, the last word" "2025-01 2 1 272 302 339
2025-02 2 0 >12 12 -
spans 1 0 7 7 7
total 5 1 >291 321 -" "$(sums)"
expect "by month, conservative" "2025-01 2 1 - 302 -
2025-02 2 0 - 12 -
spans 1 0 - 7 -
total 5 1 - 321 -" "$(sums --rule conservative)"
expect "by month, best with low and high" "2025-01 2 1 302 302 309
2025-02 2 0 >12 12 -
spans 1 0 7 7 7
total 5 1 >321 321 -" "$(sums --rule best-low-high)"
expect "by month, the range" "2025-01 2 1 272 - 339
2025-02 2 0 >12 - -
spans 1 0 7 - 7
total 5 1 >291 - -" "$(sums --rule range)"
expect "by place" "Rafah 3 1 274 304 341
Gaza City 1 0 >10 10 -
not-given 1 0 7 7 7
total 5 1 >291 321 -" "$(sums --by place)"
expect "by whom: all have rows, the total has nobody twice" \
	"children 1 0 4 4 4
not-given 5 1 >291 321 -
total 5 1 >291 321 -" "$(sums --by of)"
expect "of a query alone" "children 1 0 4 4 4
total 1 0 4 4 4" "$(sums --by of of:children)"
expect "as it was known" "" "$(sums --known-by 2025-02-28)"

# ---- What is left out ----

hs add --subject strike --predicate killed --value 5000 --since 2023-10-07 \
	--by A --said 2025-03-01 >/dev/null 2>&1
hs add --subject strike --predicate killed --value 6000 --by A \
	--said 2025-03-01 >/dev/null 2>&1
expect "by reason" "total	1
undated	1
counted	1" "$(hs tally | grep ^left-out | cut -f2,3)"
expect "each" "total	strike, killed, since 2023-10-07
undated	strike, killed
counted	strike, killed of children" "$(hs tally --left-out | cut -f1,2 |
	sed 's/ (.*//; s/, in Gaza City.*//; s/, at Gaza City.*//')"
expect_in "what it is counted in" "strike, killed" \
	"$(hs tally --left-out | grep ^counted | cut -f3)"
expect_in "as JSON" '"left_out":"total","questions":1' "$(hs tally --json)"
expect_in "each as JSON" '"counted_in":"strike, killed' \
	"$(hs tally --left-out --json)"
expect "as CSV" "left_out,question,counted_in" \
	"$(hs tally --left-out --csv | head -n 1)"
expect "rows as JSON" '{"row":"group","by":"month","name":"2025-01","predicate":"killed","incidents":2,"disputed":1,"unnamed":0,"parts":0,"low":"272","best":"302","high":"339","rule":"latest-per-origin"}' \
	"$(hs tally --json | head -n 1)"
expect "rows as CSV" "group,2025-02,killed,,2,0,12,yes,12,,,latest-per-origin" \
	"$(hs tally --csv | grep 2025-02)"

# ---- To people ----

screen 80 tally >out
for part in "rule latest-per-origin" "2025-01" "month not certain" "total" \
	">291" "open" "1 incident on the word of unnamed origins alone" \
	"left out: 1 question, because a running total is no incident" "302"; do
	expect_in "on a terminal" "$part" "$(cat out)"
done
screen 60 tally --by place >out
[ "$(wc -L <out)" -le 60 ] || fail "wider than 60 columns: $(cat out)"
expect_in "each, on a terminal" "running total" "$(screen 80 tally --left-out)"

# ---- Wrong options ----

refused 2 "'week' is nothing to tally by" hs tally --by week
refused 2 "'mean' is no rule" hs tally --rule mean
refused 2 "exclude each other" hs tally --json --csv
refused 2 "this bracket is never closed" hs tally '('
refused 2 "--as-of" hs tally --as-of yesterday
expect_in "help has examples" "hearsay tally predicate:killed" "$(hs tally --help)"
expect "completion" "month place of subject" \
	"$(hs __complete tally --by | tr '\n' ' ' | sed 's/ $//')"

# ---- Text of others ----

hs init hostile >/dev/null
turn=$(printf '\342\200\256\342\201\246') long=$(head -c 200 /dev/zero | tr '\0' w)
for nasty in 'P, "Q"' "${turn}txt.exe" '<b>&amp;' "$long" '国国国国国国国国国国国国国国国国'; do
	hs -d hostile add --subject "$nasty" --predicate "$nasty" --value 5 \
		--by B --event 2025-01-13 --place "$nasty" \
		--of "$nasty" >/dev/null 2>&1
	hs -d hostile add --subject "$nasty" --predicate "$nasty" --value 2 \
		--by B --event 2025-01-13 --place "$nasty" \
		--of "$nasty" --of "other" >/dev/null 2>&1
done
for by in month place of subject; do
	hs -d hostile tally --by $by >out
	expect "cells by $by" "" "$(awk -F'\t' '$1 != "left-out" && NF != 12' out)"
	hs -d hostile tally --by $by --left-out >>out
	hs -d hostile tally --by $by --json >lines
	expect "objects by $by" "" "$(grep -v '^{.*}$' lines || true)"
	for columns in 40 80; do
		screen $columns tally --by $by >>out
		screen $columns tally --by $by --left-out >>out
	done
	if LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]\|\342\200\256')" out; then
		fail "what a terminal obeys, by $by: $(cat -v out)"
	fi
done
expect_in "quotes in CSV" '"P, ""Q"""' "$(hs -d hostile tally --by place --csv)"
screen 60 tally -d hostile --by place >out
[ "$(wc -L <out)" -le 60 ] || fail "wider than 60 columns: $(cat out)"

# ---- Sums that do not fit ----

hs init large >/dev/null
for day in 13 14; do
	hs -d large add --subject s --predicate killed --by A \
		--value 9000000000000000000000000000000000 \
		--event 2025-01-$day >/dev/null 2>&1
done
expect_in "it says so" '"overflow":true' "$(hs -d large tally --json)"
expect "and has no end" "" "$(hs -d large tally --json | head -n 1 | grep '"high"' || true)"

# ---- Daily figures of a real dataset ----

data=${HEARSAY_DATA:-$SOURCE/../shared/data}/palestine/casualties_daily.json
[ -r "$data" ] || skip "the data folder (HEARSAY_DATA) is not here"
# One field stands on each line of the file.
awk -F'"' '
/"report_date"/ { date = $4; killed = "" }
/"report_source"/ { source = $4 }
/"killed":/ { killed = $3; gsub(/[^0-9]/, "", killed) }
/^  }/ && killed != "" { print date "\t" source "\t" killed }' "$data" >daily
[ "$(wc -l <daily)" -gt 100 ] || fail "no daily figures in $data"
awk -F'\t' '{ printf "{\"subject\":\"Gaza\",\"predicate\":\"killed\",\"value\":\"%s\",\"event\":\"%s\",\"said\":\"%s\",\"by\":\"TechForPalestine < %s\"}\n", $3, $1, $1, $2 }' \
	daily >daily.jsonl
hs init days >/dev/null
hs -d days import daily.jsonl >/dev/null 2>&1
awk -F'\t' '{ month = substr($1, 1, 7); sum[month] += $3; days[month]++
	all += $3; count++ }
END { for (month in sum) print month, days[month], sum[month] | "sort"
	close("sort"); print "total", count, all }' daily >wanted
hs -d days tally --by month | awk -F'\t' '$1 != "left-out" {
	print $1 == "group" ? $2 : $1, $5, $9 }' >got
expect "days of each month" "$(cat wanted)" "$(cat got)"
