#!/bin/sh
# Judging and correcting: assess, relate, alias, define, retract, revise.
set -eu
. "$SOURCE/tests/cli/lib.sh"
hs init korea >/dev/null 2>&1
claim=$(hs add --subject soldiers --predicate killed --value 'about 300' \
	--words 'some 300' --of civilians --more source=wire --by 'Lee < NIS')
other=$(hs add --subject soldiers --predicate wounded --value 2700)
short=$(printf %.10s "$claim")

# ---- assess ----

hs assess "$short" --reliability b --credibility 3 --likelihood 'very likely' \
	--note "one origin" --json >out
expect_in "its kind" '"kind":"assessment"' "$(cat out)"
expect "assessed" 1 "$(count is:assessed)"
expect_in "as it is shown" \
	"alice    B usually reliable  3 possibly true  very likely" \
	"$(hs show "$claim")"
expect_in "and why" "one origin" "$(hs show "$claim")"
refused 2 "nothing was assessed" hs assess "$claim"
refused 2 "a letter from A to F" hs assess "$claim" --reliability G
refused 2 "a digit from 1 to 6" hs assess "$claim" --credibility 0
refused 2 "likelihood" hs assess "$claim" --likelihood surely
refused 1 "begins with ffff" hs assess ffff --note x
filing=$(hs log --json | sed -n 's/.*"id":"\([0-9a-f]*\)".*/\1/p' | head -n 1)
[ -z "$filing" ] || refused 1 "is a filing" hs assess "$filing" --note x

# ---- relate ----

hs relate "$short" supports "$other" --note "same briefing" >/dev/null
expect "related" 1 "$(count kind:relation)"
refused 2 "agrees" hs relate "$claim" agrees "$other"
refused 1 "the same record" hs relate "$claim" supports "$claim"
refused 2 "something is missing" hs relate "$claim" supports

# At the marking of what it is about, never below.
amber=$(hs add "an amber claim" --marking amber)
hs assess "$amber" --note x --json | grep -q '"marking":"amber"' ||
	fail "an assessment below its target"
hs relate "$claim" repeats "$amber" --json | grep -q '"marking":"amber"' ||
	fail "a relation below one of its targets"
refused 1 "no live filing holds" hs assess "$amber" --note y --marking green
hs assess "$amber" --note y --marking red --json | grep -q '"marking":"red"' ||
	fail "--marking"

# ---- alias ----

hs alias NIS 'National Intelligence Service' >/dev/null 2>notes
expect_in "a name nobody uses" "no record uses the source 'National" "$(cat notes)"
expect "found by the other name" 1 \
	"$(count 'origin:"National Intelligence Service"')"
hs alias NIS 'South Korean government' --part-of >/dev/null 2>&1
expect "found by the whole" 1 "$(count 'origin:"South Korean government"')"
hs alias deaths killed --as predicate >/dev/null 2>&1
expect "found by another predicate" 1 "$(count predicate:deaths)"
refused 2 "are one name already" hs alias NIS nis
refused 2 "shape" hs alias a b --as shape

# ---- define ----

hs define "casualties = killed + wounded" >/dev/null
hs define "dozens = 12..24" --note "ours" >/dev/null
expect "definitions" 2 "$(count kind:definition)"
refused 2 "a name cannot be a part of itself" hs define "killed = killed + wounded"
expect_in "the place" "
           ^~~~~~" "$(cat refused.err)"
refused 2 "neither a figure nor a sum" hs define "casualties = killed"
refused 2 "a definition needs a sign =" hs define casualties

# ---- retract ----

refused 2 "a retraction needs a reason" hs retract "$other"
retraction=$(hs retract "$other" --reason "misread" --replaced-by "$short")
expect "gone" 0 "$(count predicate:wounded)"
expect "but not lost" 1 "$(count predicate:wounded is:retracted)"
expect_in "why" "misread" "$(hs show "$other")"
refused 1 "is retracted already" hs retract "$other" --reason again
refused 1 "is retracted" hs assess "$other" --note x
hs retract "$retraction" --reason "it was right" >/dev/null
expect "and back" 1 "$(count predicate:wounded)"
refused 1 "cannot replace itself" hs retract "$claim" --reason x --replaced-by "$claim"

# Filed at two markings: a retraction for each.
twice=$(hs add "filed twice" --marking amber)
hs add "filed twice" >/dev/null
expect "two ids" 2 "$(hs retract "$twice" --reason both | wc -l | tr -d ' ')"
expect "gone" 0 "$(count '"filed twice"')"

# ---- revise ----

new=$(hs revise "$short" value='about 270' of= of=children of=teachers \
	more.source= more.page=7 hedge=reportedly --reason "read again")
hs find "id:$new" --json >out
for part in '"op":"~","lo":"270"' '"of":["children","teachers"]' \
	'"more":{"page":"7"}' '"hedge":"reportedly"' '"who":["Lee"]'; do
	expect_in "the new one" "$part" "$(cat out)"
done
case $(cat out) in *"some 300"*) fail "the old figure's words were kept" ;; esac
expect "the old one" 0 "$(count "id:$claim")"
hs show "$claim" >out
expect_in "why" "read again" "$(cat out)"
expect_in "what replaced it" "$(printf %.10s "$new")" "$(hs find "kind:retraction target:$claim" --json)"
refused 1 "is retracted" hs revise "$claim" value=3
refused 1 "says that already" hs revise "$new" hedge=reportedly
refused 2 "is no FIELD=VALUE" hs revise "$new" hedge
refused 2 "unknown field 'hegde'" hs revise "$new" hegde=x
refused 2 "write 3..5" hs revise "$new" value=5..3
expect "nothing came of those" 1 "$(count "id:$new")"
by=$(hs revise "$new" 'by=Kim (minister) < NIS' 'words=about 270 dead')
expect_in "words for the figure" "about 270 dead" "$(hs show "$by")"
expect_in "another chain" "Kim" "$(hs show "$by")"
refused 1 "a retraction cannot be revised" hs revise \
	"$(hs find --json --limit 1 kind:retraction | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/')" reason=x
assessed=$(hs assess "$by" --note first)
hs revise "$assessed" note=second >/dev/null
expect "an assessment too" 1 "$(count kind:assessment "target:$by")"

# ---- Others' filings ----

hs bundle carried >/dev/null 2>&1
HEARSAY_HOME=$PWD/bob HEARSAY_NAME=bob
export HEARSAY_HOME HEARSAY_NAME
hs -d korea import "$PWD/carried" >/dev/null 2>&1
refused 1 "was filed by alice, not by you; --all" hs retract "$by" --reason x
