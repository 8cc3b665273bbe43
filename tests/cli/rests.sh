#!/bin/sh
# A retraction travels: what rests on it is flagged wherever it is shown, with
# the reason, for as long as the retraction stands; nothing is destroyed.
set -eu
. "$SOURCE/tests/cli/lib.sh"
hs init korea >/dev/null 2>&1

a=$(hs add "Y is so" --by NIS)
b=$(hs add "X, because of Y" --basis "$a" --by Lee)
c=$(hs add "Z, for X" --basis "$b")
d=$(hs add "Y again" --by AFP)
alone=$(hs add "nothing of that")
hs relate "$d" repeats "$a" >/dev/null
hs relate "$b" supports "$alone" >/dev/null
assessed=$(hs assess "$c" --reliability B)
short=$(printf %.8s "$a")
mark="[rests on retracted $short]"

expect "no flag without a retraction" 0 "$(hs find kind:any | grep -c retracted || true)"
expect "nor a column filled" "marking,rests_on" "$(hs find --csv | head -n 1 | cut -d, -f29-)"
hs find --json >before
grep -q rests_on before && fail "rests_on where there is nothing"

retraction=$(hs retract "$a" --reason "misread, entirely" 2>note)
expect_in "how many are told" "6 live records rest on it and are flagged" "$(cat note)"

# ---- Where it is shown ----

expect "in a pipe" "X, because of Y $mark" "$(hs find because | cut -f4)"
expect "what stands alone" "nothing of that" "$(hs find nothing | cut -f4)"
expect "through another" "Z, for X $mark" "$(hs find Z | cut -f4)"
expect "the retracted one" "Y is so [retracted]" "$(hs find is:retracted | cut -f4)"
expect "how many" 3 "$(count is:resting)"
expect "of every kind" 6 "$(count is:resting kind:any)"
expect "and those that do not" 1 "$(count -- -is:resting)"
hs log | grep "^[0-9a-f]*.*Y again" | grep -qF "$mark" || fail "log does not flag it"
hs find --json because >line
expect_in "json" "\"rests_on\":[{\"id\":\"$a\",\"how\":\"basis\",\"reason\":\"misread, entirely\"}]" "$(cat line)"
expect_in "json, through" "\"via\":[\"$b\"]" "$(hs find --json Z)"
expect_in "csv" ",\"$a: misread, entirely\"" "$(hs find --csv because)"
hs show "$b" >shown
expect_in "show" "rests on   RETRACTED $short: misread, entirely  by alice 2" "$(cat shown)"
expect_in "how" "  basis" "$(grep 'rests on' shown)"
expect_in "through what" "basis, through $(printf %.8s "$b")" "$(hs show "$c")"
expect_in "a support" "support    fell with RETRACTED $short: misread" "$(hs show "$alone")"
expect "and no more" 0 "$(hs show "$alone" | grep -c 'rests on' || true)"
hs show "$a" >shown
expect_in "itself" "RETRACTED: misread, entirely  by alice" "$(cat shown)"
expect "what rests on it" 6 "$(sed -n '/on it rest/,/said by/p' shown | grep -vc 'said by')"
expect_in "each with how" "Y again  repeats" "$(cat shown)"
expect_in "an assessment" "target, through" "$(hs show "$assessed")"
if command -v script >/dev/null; then
	COLUMNS=70 TERM=dumb script -qc "stty cols 70; $HEARSAY find because" /dev/null </dev/null >typed
	expect_in "on a terminal" "$mark" "$(cat typed)"
fi

# ---- Who does not assert what the words say ----

silent=$(hs add "It was acknowledged" --by Moscow --stance silent)
expect "in a pipe" "[silent] It was acknowledged" "$(hs find "id:$silent" | cut -f4)"
if command -v script >/dev/null; then
	typed() { TERM=dumb script -qc "stty cols 70; $HEARSAY find $*" /dev/null </dev/null | tr -d '\r'; }
	expect_in "on a terminal" "[silent] It was" "$(typed "id:$silent")"
	long=$(hs add --subject "the North Korean deployment" --predicate acknowledged --by Moscow --stance denies)
	expect_in "where it is cut off" "[denies] the North" "$(typed "id:$long")"
	expect_in "nothing" "no record matches" "$(typed nothing-of-the-kind)"
	hs retract "$long" --reason test >/dev/null
fi
hs retract "$silent" --reason test >/dev/null

# ---- Another dataset ----

hs export --history >all.jsonl
hs find >ids
expect_in "exported" '"rests_on"' "$(cat all.jsonl)"
HEARSAY_HOME=$PWD/bob HEARSAY_NAME=bob
export HEARSAY_HOME HEARSAY_NAME
hs init korea >/dev/null 2>&1
hs import all.jsonl >/dev/null 2>&1 || fail "an export with flags is not taken in"
expect "the same ids" "$(cut -f1 ids | sort)" "$(hs find | cut -f1 | sort)"
expect "and flags" 3 "$(count is:resting)"
echo '{"text":"forged","rests_on":[{"id":"x"}]}' | hs import - >/dev/null 2>&1
expect "what a line says of it counts for nothing" 0 "$(hs find forged | grep -c 'rests on' || true)"
HEARSAY_HOME=$PWD/home HEARSAY_NAME=alice
hs find --csv >all.csv
hs init table >/dev/null 2>&1
hs -d table import all.csv >/dev/null 2>&1 || fail "a table with the column is not taken in"

# ---- And back ----

HEARSAY_DATASET=korea
export HEARSAY_DATASET
before=$(date -u +%Y-%m-%dT%H:%M:%SZ)
sleep 1.1
hs retract "$retraction" --reason "it was right" 2>note >/dev/null
expect "nothing rests on a retraction" "" "$(cat note)"
expect "the flag is lifted" 0 "$(count is:resting kind:any)"
expect "in lines" "X, because of Y" "$(hs find because | cut -f4)"
expect "as of then it stands" 3 "$(count --as-of "$before" is:resting)"

# Where another's filing still holds it, nothing falls.
hs add "Y is so" --by NIS --marking amber >/dev/null
HEARSAY_NAME=alice hs retract "$a" --reason all >/dev/null 2>note
expect_in "both markings" "rest on it" "$(cat note)"

# Circles end.
e=$(hs add "one of a circle") f=$(hs add "the other")
hs relate "$e" repeats "$f" >/dev/null
hs relate "$f" repeats "$e" >/dev/null
expect "a circle" "one of a circle" "$(hs find '"one of a circle"' | cut -f4)"

hs verify >/dev/null 2>&1 || fail "verify"

# Revising retracts, too.
g=$(hs add "a figure" --predicate killed --value 3)
hs assess "$g" --credibility 2 >/dev/null
new=$(hs revise "$g" value=4 2>note)
expect_in "told at revise" "1 live record rests on it" "$(cat note)"
expect_in "and what replaces it" "replaced by $(printf %.8s "$new")" "$(hs show "$(hs find kind:assessment "target:$g" | cut -f1)")"

# Analysts side by side: the newest of each, and their earlier ones marked.
hs assess "$new" --reliability D --note "at first" >/dev/null
sleep 0.01
hs assess "$new" --reliability B --credibility 3 --likelihood likely --note "since" >/dev/null
HEARSAY_HOME=$PWD/carol HEARSAY_NAME=carol
card=$(hs id --card 2>/dev/null)
HEARSAY_HOME=$PWD/home HEARSAY_NAME=alice
hs member add carol "$card" 2>/dev/null
hs bundle carried >/dev/null 2>&1
HEARSAY_HOME=$PWD/carol HEARSAY_NAME=carol
hs import "$PWD/carried" >/dev/null 2>&1
hs assess "$new" --reliability E --note "I differ" >/dev/null
hs bundle back >/dev/null 2>&1
HEARSAY_HOME=$PWD/home HEARSAY_NAME=alice
hs import "$PWD/back" >/dev/null 2>&1
hs show "$new" | sed -n '/^assessed/,$p' >table
expect_in "a heading" "assessed   analyst  reliability" "$(sed -n 1p table)"
expect_in "who said something last" "carol    E unreliable" "$(sed -n 2p table)"
expect_in "beside the other" "alice    B usually reliable" "$(sed -n 3p table)"
expect_in "then what that one said before" ", earlier" "$(sed -n 4p table)"
expect "two are the newest" 1 "$(grep -c earlier table)"
expect_in "what each thinks" "I differ" "$(cat table)"
expect "found by any" 3 "$({ for l in B D E; do hs find "reliability:$l" "id:$new"; done; } | wc -l | tr -d ' ')"
expect "and by none" 0 "$(count reliability:F "id:$new")"
refused 2 "from A (completely reliable) to F" hs find reliability:H
refused 2 "write one of: almost no chance" hs find likelihood:sure
expect_in "help says what they mean" "B usually reliable" "$(hs assess --help)"

# ---- Weighed ----

first=$(hs add --subject bridge --predicate length --value "3 km" --by "Bob" --said 2025-01-01)
one=$(hs add --subject bridge --predicate length --value "4 km" --by "Ann" --basis "$first" --said 2025-01-02)
hs add --subject bridge --predicate length --value "9 km" --by "Eve" --said 2025-01-02 >/dev/null
hs origins --json subject:bridge >weighed
expect "nothing retracted, nothing flagged" 0 "$(grep -c rests_on weighed || true)"
hs retract "$first" --reason "another bridge" >/dev/null 2>&1
hs origins --json subject:bridge >weighed
expect_in "origins" "\"rests_on\":[{\"id\":\"$first\",\"how\":\"basis\"" "$(cat weighed)"
expect "the one" 1 "$(grep -o '"rests_on"' weighed | wc -l | tr -d ' ')"
expect_in "conflicts" "\"rests_on\":[{\"id\":\"$first\"" "$(hs conflicts --json subject:bridge)"
if command -v script >/dev/null; then
	for command in origins conflicts; do
		COLUMNS=120 TERM=dumb script -qc "stty cols 120; $HEARSAY $command subject:bridge" /dev/null </dev/null |
			tr -d '\r' | tr -s ' \n' ' ' >typed
		expect_in "$command, typed" "$(printf %.8s "$one") [rests on retracted $(printf %.8s "$first")]" "$(cat typed)"
	done
fi
expect "origins, in a pipe" "$first: another bridge" \
	"$(hs origins subject:bridge | awk -F'\t' '$2 == "Ann" { print $14 }')"
expect "each claim" "$first: another bridge" \
	"$(hs origins subject:bridge --record | awk -F'\t' '$2 == "Ann" { print $15 }')"
expect "conflicts, in a pipe" "$first: another bridge" \
	"$(hs conflicts subject:bridge | awk -F'\t' '$5 == "Ann" { print $14 }')"
expect "timeline, in a pipe" "$first: another bridge" \
	"$(hs timeline subject:bridge | awk -F'\t' '$9 == "'"$one"'" { print $10 }')"
expect_in "as JSON" "\"id\":\"$one\",\"rests_on\":[{\"id\":\"$first\"" "$(hs timeline --json subject:bridge)"
mark="$(printf %.8s "$one") [rests on retracted $(printf %.8s "$first")]"
expect_in "below the picture" "Ann, 4 km: $mark." "$(COLUMNS=120 hs timeline --draw subject:bridge)"
hs timeline subject:bridge --svg bridge.svg 2>/dev/null
expect_in "in the file" "[rests on retracted $(printf %.8s "$first")]" "$(cat bridge.svg)"
other=$(hs add --subject raid --predicate said --value so --by Ann --said 2025-01-02)
hs add --subject raid --predicate said --value no --by Bob --basis "$other" --said 2025-01-03 >/dev/null
hs retract "$other" --reason "another raid" >/dev/null 2>&1
expect_in "a list" "[rests on retracted $(printf %.8s "$other")]" "$(COLUMNS=120 hs timeline --draw subject:raid)"

fourth=$(hs add --subject bridge --predicate length --value "5 km" --by "Ann" --basis "$first" --said 2025-01-04)
changed() { hs changes subject:bridge --since 2000 "$@" | awk -F'\t' -v id="$fourth" 'index($9, id) == 1 { print $12 }'; }
expect "changes, in a pipe" "$first: another bridge" "$(changed)"
expect_in "changes" "\"rests_on\":[{\"id\":\"$first\"" "$(hs changes subject:bridge --since 2000 --json | grep "ids\":\[\"$fourth")"

hs add --subject bridge --predicate hurt --value 3 --by Ann --basis "$first" --event 2025-01-01 >/dev/null
hurt=$(hs find predicate:hurt | cut -f1)
expect "tally, in a pipe" "resting	$hurt	$first: another bridge	bridge, hurt, on 2025-01-01" \
	"$(hs tally subject:bridge | grep ^resting)"
expect_in "tally" "{\"resting\":\"$hurt\",\"question\":\"bridge, hurt, on 2025-01-01\"" "$(hs tally --json subject:bridge)"
if command -v script >/dev/null; then
	COLUMNS=120 TERM=dumb script -qc "stty cols 120; $HEARSAY tally subject:bridge;
		$HEARSAY changes subject:bridge --since 2000" /dev/null </dev/null | tr -d '\r' >typed
	expect_in "tally, typed" "counted though it rests on what is retracted: $(printf %.8s "$hurt") [rests on" "$(cat typed)"
	expect_in "changes, typed" "in km [rests on" "$(cat typed)"
fi

# The reason a picture tells of is as secret as it was filed.
secret=$(hs add --subject dam --predicate height --value "1 m" --by Bob --said 2025-01-01)
hs add --subject dam --predicate height --value "2 m" --by Ann --basis "$secret" --said 2025-01-02 >/dev/null
hs timeline subject:dam --svg dam.svg 2>said
expect_in "before" "marked green" "$(cat said)"
filing=$(hs find "id:$secret" --json | sed 's/.*"filing":"\([0-9a-f]*\)".*/\1/')
printf '{"kind":"retraction","filings":["%s"],"record":"%s","reason":"a secret one"}\n' \
	"$filing" "$secret" | hs import --marking red - >/dev/null 2>&1
hs timeline subject:dam --svg dam.svg 2>said
expect_in "and since" "marked red" "$(cat said)"
