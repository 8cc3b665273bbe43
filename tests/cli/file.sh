#!/bin/sh
# One news story, filed as one report: each of its claims is found by what it
# says, by everybody in its chain, by its origin, stance, value and date.
set -eu
. "$SOURCE/tests/cli/lib.sh"
report=$SOURCE/tools/sample/moscow-times.yaml
hs init korea >/dev/null 2>&1

hs file "$report" >ids 2>notes
expect "a capture and 25 claims" 26 "$(wc -l <ids | tr -d ' ')"
expect "one filing" 1 "$(hs log | grep -vc roster)"
expect "the capture is first" "kind       capture" \
	"$(hs show "$(head -n 1 ids)" | grep '^kind')"
while read -r id; do
	expect "find by id $id" 1 "$(count "id:$id" "kind:claim OR kind:capture")"
done <ids
expect "claims" 25 "$(count)"

# found COUNT QUERY: so many claims answer.
found() { expect "found by $2" "$1" "$(count "$2")"; }

# By subject, by origin, by any link of the chain.
found 13 'subject:"North Korean soldiers"'
found 4 'subject:"North Korean deployment"'
found 1 'subject:"prisoner swap"'
found 11 'origin:"National Intelligence Service"'
found 2 'origin:"South Korean government"'
found 2 'origin:"Volodymyr Zelensky"'
found 1 'origin:"Ukraine"'
found 1 'origin:"North Korea"'
found 1 'origin:AFP'
found 1 'origin:"Russian authorities"'
found 9 'by:"Lee Seong-kweun"'
found 9 'via:"Lee Seong-kweun"'
found 21 'via:AFP OR origin:AFP'
found 25 'by:"The Moscow Times"'

# The document's own voice has no agency before it.
found 4 'by:"The Moscow Times" -by:AFP'

# By stance, value, dates and words.
found 1 'stance:possible'
found 2 'stance:silent'
found 1 'stance:denies'
found 1 'predicate:killed value:300'
found 1 'predicate:wounded value:2700'
found 5 'value:>=3000'
found 5 'value:>3000'
found 4 'predicate:deployed'
found 4 'predicate:deployed value:10000'
found 1 'of:"soldier about to be captured"'
# Two said in these days, two at some earlier time that is not known.
found 4 'said:2025-01-11'
found 9 'said:2025-01-13'
found 1 'place:"Kursk region"'
found 2 'hedge:reportedly'
found 1 'hedge:estimates'
found 1 'basis:memos'
found 1 '"Storm Corps"'
found 1 '"try to set off a grenade" OR "tried to set off a grenade"'
found 1 'lack of understanding of modern warfare'
found 25 'doc:"https://www.themoscowtimes.com/2025/01/13/"'

# What is denied is the claim before it.
denied=$(hs find stance:denies --json | sed 's/.*"re":"\([0-9a-f]*\)".*/\1/')
expect_in "re is the claim" "Russian authorities" "$(hs show "$denied")"

# Once more changes nothing and says so.
hs file "$report" >again 2>notes
cmp -s ids again || fail "the same report gave other ids"
expect_in "what is said of it" "all 26 records were there already" "$(cat notes)"
expect "still one filing" 1 "$(hs log | grep -vc roster)"

# From standard input, at another marking, as JSON.
printf 'text: one more\n' | hs file - --marking amber --json >out
expect_in "json" '"kind":"claim"' "$(cat out)"
expect_in "json" '"marking":"amber"' "$(cat out)"
expect "marking" 1 "$(count marking:amber)"

# Several reports are filed together or not at all.
printf 'text: first of two\n' >one.yaml
printf 'text: second of two\nvalue: 5..3\n' >two.yaml
refused 1 "two.yaml:2:8: value:" hs file one.yaml two.yaml
expect_in "the line itself" "value: 5..3" "$(cat refused.err)"
expect "none of them" 0 "$(count '"of two"')"
