#!/bin/sh
# What each origin said over time: as lines, as JSON and CSV, as a drawing for a
# terminal and as SVG; with what was corrected, hostile text, and nothing.
set -eu
. "$SOURCE/tests/cli/lib.sh"
tab=$(printf '\t')

# ---- Nothing, and one claim ----

hs init korea >/dev/null 2>&1
export HEARSAY_DATASET=korea
expect "nothing, in a pipe" "" "$(hs timeline predicate:killed)"
expect "nothing, as JSON" "" "$(hs timeline predicate:killed --json)"
expect_in "nothing, drawn" "no claim matches" \
	"$(hs timeline predicate:killed --draw)"
hs timeline predicate:killed --svg nothing.svg 2>said
expect_in "nothing, as SVG" "0 charts written to nothing.svg" "$(cat said)"
expect_in "which says so" "Nothing to draw" "$(cat nothing.svg)"
refused 2 "timeline" hs timeline
refused 2 "--svg and --draw exclude" hs timeline killed --svg x --json
refused 2 "" hs timeline 'value:>'

one=$(hs add --subject soldiers --predicate killed --value "about 300" \
	--by "NIS" --said 2025-01-13 2>/dev/null)
expect "one claim" \
	"soldiers, killed${tab}NIS${tab}2025-01-13${tab}asserts${tab}~300${tab}270${tab}330${tab}stands${tab}$one${tab}" \
	"$(hs timeline predicate:killed)"
drawn=$(hs timeline predicate:killed --draw)
expect_in "its question" "soldiers, killed" "$drawn"
expect_in "its letter" "~A about 300" "$drawn"
expect_in "its origin" "A  NIS  about 300, 13 Jan 2025" "$drawn"
expect_in "no bar without a word" "how far it may reach" "$drawn"
expect_in "as JSON" '"low":"270","high":"330"' "$(hs timeline killed --json)"
expect "as CSV" "question,origin,when,stance,value,low,high,fate,id,rests_on
\"soldiers, killed\",NIS,2025-01-13,asserts,~300,270,330,stands,$one," \
	"$(hs timeline killed --csv)"

# ---- A correction is struck, and who denies it is there unasked ----

total() { # VALUE SAID UNTIL
	hs add --subject soldiers --predicate lost --value "$1" --by "Kyiv" \
		--since 2022-02-24 --until "$3" --said "$2" 2>/dev/null
}
first=$(total "about 2700" 2022-03-01 2022-03-01)
total "about 5000" 2022-03-08 2022-03-08 >/dev/null
right=$(total "about 2500" 2022-03-02 2022-03-01)
hs add --subject soldiers --predicate lost --by "Moscow" --stance denies \
	--said 2022-03-05 >/dev/null 2>&1
hs timeline predicate:lost >lines
expect "a statement a line" 4 "$(wc -l <lines)"
expect_in "corrected" "~2700${tab}2600${tab}2800${tab}corrected${tab}$first" "$(cat lines)"
expect_in "updated" "${tab}updated${tab}$right" "$(cat lines)"
expect_in "who took its place" "\"by\":\"$right\",\"id\":\"$first\"" \
	"$(hs timeline predicate:lost --json)"
drawn=$(hs timeline predicate:lost --draw)
expect_in "struck" "a about 2,700" "$drawn"
expect_in "explained" "small letter: corrected or taken back" "$drawn"
expect_in "denied" "× denied" "$drawn"
expect_in "who denied" "B  Moscow  denied, 5 Mar 2022" "$drawn"
expect_in "then" "a about 2,700" "$drawn"
case $(hs timeline predicate:lost --draw --known-by 2022-03-01) in
*"a about"*) fail "struck before it was corrected" ;;
esac

# What the team itself took back is struck, too, and no more weighed.
wrong=$(total "about 9000" 2022-03-04 2022-03-04)
hs retract "$wrong" --reason "misread" >/dev/null
expect_in "retracted" "${tab}retracted${tab}$wrong" \
	"$(hs timeline predicate:lost)"
expect_in "and struck" "a about 9,000" "$(hs timeline predicate:lost --draw)"
expect_in "as JSON" '"fate":"retracted"' "$(hs timeline predicate:lost --json)"

hs timeline predicate:lost --svg lost.svg 2>said
expect_in "SVG" "1 chart written to lost.svg, marked green" "$(cat said)"
expect "which anybody may read" 644 "$(stat -c %a lost.svg)"
expect_in "struck through" 'text-decoration="line-through"' "$(cat lost.svg)"
expect_in "with its marking" "Marked green." "$(cat lost.svg)"
expect "the same again" "$(cat lost.svg)" \
	"$(hs timeline predicate:lost --svg -)"
echo old >keep.svg
refused 1 "no/such/folder" hs timeline predicate:lost --svg no/such/folder/x.svg
hs add --subject soldiers --predicate lost --value 6000 --by Lviv \
	--since 2022-02-24 --said 2022-03-09 --marking red >/dev/null 2>&1
hs timeline predicate:lost --svg keep.svg 2>said
expect_in "red" "marked red" "$(cat said)"
expect "and for few" 600 "$(stat -c %a keep.svg)"
expect_in "replaced" "</svg>" "$(cat keep.svg)"

# So does the vocabulary: that two are one may be a secret of its own.
hs add --subject dam --predicate height --value "1 m" --by Navy --said 2025-01-01 >/dev/null 2>&1
hs timeline predicate:height --svg dam.svg 2>said
expect_in "without terms" "marked green" "$(cat said)"
hs alias Fleet "Coast Guard" --marking amber >/dev/null 2>&1
hs timeline predicate:height --svg dam.svg 2>said
expect_in "of others" "marked green" "$(cat said)"
hs alias Fleet Navy >/dev/null 2>&1
hs timeline predicate:height --svg dam.svg 2>said
expect_in "through another" "marked amber" "$(cat said)"

# A pipe is written to, and the umask goes for what anybody may read.
mkfifo pipe
cat pipe >piped &
hs timeline predicate:lost --svg pipe 2>/dev/null
wait $!
[ -p pipe ] || fail "a pipe was replaced by a file"
expect_in "through a pipe" "</svg>" "$(cat piped)"
(umask 027; hs timeline predicate:killed --svg mask.svg 2>/dev/null)
expect "for the group" 640 "$(stat -c %a mask.svg)"

# What is named but not drawn counts.
hs add --subject plan --predicate target --value palace --by NIS \
	--marking red >/dev/null 2>&1
hs timeline predicate:killed OR predicate:target --svg named.svg 2>/dev/null
expect_in "named" "Marked red. Not drawn: 1 other question: plan, target." \
	"$(cat named.svg)"
expect "so for few" 600 "$(stat -c %a named.svg)"

# ---- Events are drawn together, each at its own time ----

for day in 10 11 12; do
	hs add --subject raid --predicate killed --value $day --by NIS \
		--event 2025-01-$day --said 2025-02-01 >/dev/null 2>&1
	hs add --subject raid --predicate killed --value 2$day --by Kyiv \
		--event 2025-01-$day >/dev/null 2>&1
done
drawn=$(hs timeline subject:raid --draw)
expect_in "one chart" "raid, killed: 3 events" "$drawn"
expect_in "at its own time" "NIS   12, 12 Jan 2025 (last of 3)" "$drawn"
expect_in "a row a claim" "raid, killed, on 2025-01-11${tab}NIS${tab}2025-01-11" \
	"$(hs timeline subject:raid)"
hs add --subject fire --predicate killed --value 4 --by NIS \
	--event 2025-01-09 >/dev/null 2>&1
expect_in "when nobody said when" "${tab}2025-01-09${tab}" \
	"$(hs timeline subject:fire)"

# ---- Terminals ----

for columns in 20 33 80 200; do
	COLUMNS=$columns hs timeline predicate:lost --draw >drawn
	longest=$(wc -L <drawn)
	[ "$longest" -le "$columns" ] || fail "$longest columns of $columns"
done
LC_ALL=C hs timeline predicate:lost --draw >drawn
if LC_ALL=C grep -q '[^ -~]' drawn; then
	fail "beyond ASCII: $(cat drawn)"
fi

# ---- Hostile text ----

# Control characters are refused when filed; marks that turn writing are not.
evil=$(printf 'red\342\200\256 <script>alert(1)</script> & co')
hs add --subject "$evil" --predicate said --value "3" --by "?\"$evil\"" \
	--said 2025-01-13 >/dev/null 2>&1 || fail "the hostile claim"
hs timeline predicate:said >lines
hs timeline predicate:said --draw >>lines
hs timeline predicate:said --svg - >evil.svg
if grep -q "$(printf '\342\200\256')" lines evil.svg; then
	fail "a mark that turns writing came through"
fi
expect_in "visible" 'red\u{202e} <script>' "$(cat lines)"
expect_in "unnamed" "unnamed: " "$(cat lines)"
expect_in "escaped" '&lt;script&gt;' "$(cat evil.svg)"
case $(cat evil.svg) in *"<script"*) fail "a script in the picture" ;; esac

# ---- The founding example ----

hs init founding >/dev/null 2>&1
export HEARSAY_DATASET=founding
hs file "$SOURCE/tools/sample/moscow-times.yaml" >/dev/null 2>&1
drawn=$(hs timeline predicate:deployed OR predicate:killed --draw)
expect_in "the intelligence service" \
	"A  National Intelligence Service  about 300, 13 Jan 2025" "$drawn"
expect_in "what Seoul had said before" \
	"South Korean government  more than 10,000, by 12 Jan 2025" "$drawn"
expect_in "the accusers" "Ukraine                  more than 10,000" "$drawn"
expect_in "open ends" "↑ or more" "$drawn"
expect_in "the silent are listed" "Russia" \
	"$(hs timeline predicate:acknowledged --draw)"
hs timeline 'subject:"North Korean soldiers"' --svg all.svg 2>/dev/null
expect "a chart for each question with figures" 6 \
	"$(grep -c 'id="chart[0-9]*" ' all.svg)"

# Whatever shows it fits the terminal.
for columns in 40 60 80; do
	for command in "timeline kind:claim" tally "changes --since 2000" find; do
		NO_COLOR=1 screen $columns $command >out
		[ "$(wc -L <out)" -le $columns ] ||
			fail "$command: wider than $columns columns: $(cat out)"
	done
done

# ---- Who is charged with a withdrawal ----

hs init charged >/dev/null 2>&1
export HEARSAY_DATASET=charged
add_count() { # VALUE-OR-STANCE SAID
	hs add --subject forces --predicate lost --since 2022 \
		--until 2022-03-01 --by 'Dataset < Staff' "$@" >/dev/null 2>&1
}
add_count --value 300 --said 2022-03-02
add_count --value 310 --said 2022-03-03
add_count --stance withdraws --said 2022-03-04
drawn=$(hs timeline predicate:lost --draw)
expect_in "the dataset withdrew, not the staff" "Dataset  withdrew" "$drawn"
case $drawn in *"Staff    withdrew"*) fail "charged to the staff: $drawn" ;; esac
