#!/bin/sh
# What is weighed comes from many hands. Nothing, one claim, ten thousand
# origins, the largest figures, contradictory and circular definitions, the
# first and the last year, hostile text in every field: each command prints it
# in every form, clean, within the width and within bounds.
set -eu
. "$SOURCE/tests/cli/lib.sh"
export NO_COLOR=1

plain() {
	if LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" "$1"; then
		fail "control characters in $1: $(cat -v "$1" | head -n 20)"
	fi
}

# clean FILE: holds nothing that a terminal would obey.
clean() {
	plain "$1"
	for mark in '\342\200\256' '\342\200\217' '\342\201\246' '\342\200\250'; do
		if LC_ALL=C grep -q "$(printf "$mark")" "$1"; then
			fail "a mark that turns the writing in $1"
		fi
	done
}

# rows NUMBER FILE: so many cells in each.
rows() {
	wrong=$(awk -F'\t' -v cells="$1" 'NF != cells' "$2" | head -n 3)
	[ -z "$wrong" ] || fail "a broken row: $wrong"
}

objects() {
	if grep -qv '^{.*}$' "$1"; then
		fail "not an object a line: $(grep -v '^{.*}$' "$1" | head -n 3)"
	fi
	plain "$1" # the marks are data
}

# fits COLUMNS LINES FILE
fits() {
	clean "$3"
	[ "$(wc -L <"$3")" -le "$1" ] || fail "wider than $1 columns: $(cat "$3")"
	[ "$(wc -l <"$3")" -le "$2" ] || fail "$(wc -l <"$3") lines, not $2"
}

# every LINES QUERY: both commands, in every form, that many lines at most on
# a terminal.
every() {
	most=$1 query=$2
	hs origins "$query" >out
	clean out && rows 14 out
	hs origins "$query" --record >out
	clean out && rows 15 out
	hs conflicts "$query" --all >out
	clean out && rows 14 out
	hs origins "$query" --json >out && objects out
	hs conflicts "$query" --all --json >out && objects out
	hs origins "$query" --csv >out
	hs origins "$query" --csv --record >out
	hs conflicts "$query" --all --csv >out
	for columns in 40 80 200; do
		screen $columns origins "$query" >out
		fits $columns "$most" out
		screen $columns origins "$query" --record >out
		fits $columns $((most * 4)) out
		COLUMNS=$columns hs conflicts "$query" --all --draw >out
		fits $columns "$most" out
	done
}

hs init korea >/dev/null 2>&1

# ---- Nothing, and one claim ----

every 10 anything
hs add "It rained" --by AFP >/dev/null 2>&1
expect "one" "AFP" "$(hs origins rained | cut -f2)"
every 10 rained
hs add --subject sky --predicate colour --stance denies --by AFP >/dev/null 2>&1
every 10 subject:sky

# ---- Figures ----

hs add --subject sum --predicate lost --value 999999999999999999 --by A >/dev/null 2>&1
hs add --subject sum --predicate lost --value=-999999999999999999 --by B >/dev/null 2>&1
hs add --subject sum --predicate lost --value 0.000000000000000001 --by C >/dev/null 2>&1
hs add --subject sum --predicate lost --value '~999999999999999999' --by D >/dev/null 2>&1
hs add --subject sum --predicate lost --value '>999999999999999999' --by E >/dev/null 2>&1
hs add --subject sum --predicate lost --by F \
	--value 1000000000000000000000000000000 >/dev/null 2>&1
hs add --subject sum --predicate lost --by F2 \
	--value "~$(head -c 34 /dev/zero | tr '\0' 9)" >/dev/null 2>&1
for unit in km mi t kg % USD EUR; do
	hs add --subject sum --predicate lost --value "999999999999999999 $unit" \
		--by "G $unit" >/dev/null 2>&1
	hs add --subject sum --predicate lost --value "5 $unit" \
		--by "H $unit" >/dev/null 2>&1
done
every 250 subject:sum

# ---- Definitions that contradict each other, and that lead back ----

hs define 'casualties = killed + wounded' >/dev/null 2>&1
hs define 'casualties = killed + wounded + missing' >/dev/null 2>&1
hs define 'killed = casualties + spared' >/dev/null 2>&1
hs define 'up = down + left' >/dev/null 2>&1
hs define 'down = up + right' >/dev/null 2>&1
hs define 'dozens = 12..24' >/dev/null 2>&1
hs define 'dozens = 1000..2000' >/dev/null 2>&1
for predicate in killed wounded missing casualties spared up down left right; do
	hs add --subject men --predicate $predicate --value dozens --by A \
		--said 2025-01-01 >/dev/null 2>&1
	hs add --subject men --predicate $predicate --value 7 --by B \
		--said 2025-01-01 >/dev/null 2>&1
done
every 150 subject:men

# ---- The first year and the last ----

hs add --subject time --predicate lost --value 1 --since 0001-01-01 \
	--until 0001-12-31 --said 0001-12-31 --by A >/dev/null 2>&1
hs add --subject time --predicate lost --value 2 --since 0001-01-01 \
	--until 9999-12-31 --said 9999-12-31 --by B >/dev/null 2>&1
hs add --subject time --predicate lost --value 3 --event 9999-12-31 \
	--said 9999-12-31 --by C >/dev/null 2>&1
hs add --subject time --predicate lost --value 4 --event 0001/.. --by D \
	>/dev/null 2>&1
every 60 subject:time

# ---- Hostile text in every field ----

escape=$(printf '\033[31m\033]0;owned\007\b\b') turn=$(printf '\342\200\256\342\201\246')
word=$(head -c 4000 /dev/zero | tr '\0' w)
long=$(printf '%s' "$word" | head -c 200)
for nasty in '<script>alert(1)</script>&amp;' "${turn}txt.exe" "a, \"b\"; c" \
	"$long" '国国国国国国国国国国国国国国国国国国国国国国国国国国国国国国'; do
	for by in "\"$nasty\" < \"$nasty source\"" "?\"$nasty\""; do
		for value in "$nasty" "$word"; do
			hs add "$nasty" --subject 'nasty thing' \
				--predicate "$nasty" --of "$nasty" \
				--value "$value" --by "$by" --hedge "$nasty" \
				--doc "https://example.org/x" --tag nasty \
				>/dev/null 2>added || cat added
		done
	done
	hs add "$word $nasty" --by "\"$nasty\"" --tag nasty >/dev/null 2>&1 || true
done
cat >nasty.jsonl <<END
{"text":"a\u001b[31mred\tand\nmore\u202e","chain":[{"who":"\u001b]0;owned\u0007"},{"who":"b\u202ec"}],"tags":["nasty"]}
{"subject":"s\u001b[2J","predicate":"p\u0001","of":["o\u2066"],"value":"v\u001b[1m\t\n","place":"\u009b31m","chain":[{"who":"w\u2028w"}],"quote":"q","tags":["nasty"]}
END
while read -r line; do
	printf '%s\n' "$line" >line.jsonl
	hs import line.jsonl >/dev/null 2>&1 || true
done <nasty.jsonl
[ "$(count tag:nasty)" -ge 10 ] || fail "hardly anything was filed: $(cat added)"
every 400 tag:nasty

# ---- Ten thousand origins of one question ----

awk 'BEGIN { for (i = 1; i <= 10000; i++)
	printf "{\"subject\":\"crowd\",\"predicate\":\"counted\",\"value\":\"%d\",\
\"said\":\"2025-01-01\",\"chain\":\"Source %d\"}\n", 1000 + i % 100, i }' >many.jsonl
hs import many.jsonl >/dev/null 2>&1
expect_in "all count" '"origins":10000' "$(hs origins subject:crowd --json)"
expect "a row each" 10000 "$(hs origins subject:crowd | wc -l)"
screen 80 origins subject:crowd >out
fits 80 90 out
[ ! -s out ] || expect_in "the rest" "9,980 more; --json lists all" "$(cat out)"
COLUMNS=80 hs conflicts subject:crowd --draw >out
fits 80 120 out
expect_in "the rest" "9,980 more origins; --json lists all" "$(cat out)"
