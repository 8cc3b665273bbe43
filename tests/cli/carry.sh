#!/bin/sh
# A dataset carried to another machine as a bundle: whole, and twice if you
# like.
set -eu
. "$SOURCE/tests/cli/lib.sh"
hs init korea >/dev/null 2>&1
hs file "$SOURCE/tools/sample/moscow-times.yaml" >/dev/null 2>&1
hs add "never leaves" --marking local >/dev/null
hs bundle korea.bundle >/dev/null 2>&1
hs export -- -marking:local >mine.jsonl 2>/dev/null || hs export >mine.jsonl

HEARSAY_HOME=$PWD/bob HEARSAY_NAME=bob
refused 1 "-d NAME makes it from the bundle" hs import korea.bundle
hs -d seoul import korea.bundle >out 2>err
expect "taken in" "took in 26 records in 1 filing; 1 filing was there already" \
	"$(cat out)"
expect_in "the dataset was made" \
	"made dataset seoul here, from the first filing of the bundle (it was founded as 'korea')" \
	"$(cat err)"
expect "claims" 25 "$(count)"
expect "what is local stayed" 0 "$(count '"never leaves"')"
expect "filed by" 25 "$(count filer:alice)"
expect "twice" "took in nothing; 2 filings were there already" \
	"$(hs import korea.bundle)"
expect "through a pipe" "took in nothing; 2 filings were there already" \
	"$(cat korea.bundle | hs import -)"
expect_in "as JSON" '"filed":0,"filings":0,"already":2' \
	"$(hs import korea.bundle --json)"

# A stranger may read the bundle, but only members file.
refused 1 "is no member of dataset 'korea'" hs add "by a stranger"

# Cut short, changed, of another dataset: nothing of it is taken in.
size=$(wc -c <korea.bundle)
head -c $((size - 1)) korea.bundle >cut.bundle
refused 1 "cut.bundle: the bundle is damaged" hs -d cut import cut.bundle
{ head -c 5000 korea.bundle; printf '\377\377'; tail -c +5003 korea.bundle; } >changed.bundle
refused 1 "changed.bundle: " hs -d cut import changed.bundle
expect "no dataset was made" "" "$(hs datasets | grep cut || true)"
hs init busan >/dev/null
refused 1 "belongs to another dataset than 'busan'" hs -d busan import korea.bundle
expect "nothing came of it" 0 "$(hs -d busan find --count)"
refused 2 "in one go" hs -d seoul import korea.bundle mine.jsonl
refused 2 "--marking" hs -d seoul import --marking red korea.bundle
