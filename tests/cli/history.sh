#!/bin/sh
# A dataset written as JSON Lines and taken in by another is the same but for
# who filed it and when, with its retractions.
set -eu
. "$SOURCE/tests/cli/lib.sh"
hs init korea >/dev/null 2>&1
export HEARSAY_DATASET=korea
hs file "$SOURCE/tools/sample/moscow-times.yaml" >/dev/null 2>&1
killed=$(hs find predicate:killed value:300 --json | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/')
wounded=$(hs find predicate:wounded --json | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/')
hs assess "$killed" --reliability B --credibility 3 >/dev/null
hs relate "$killed" supports "$wounded" >/dev/null
hs alias NIS "National Intelligence Service" >/dev/null 2>&1
hs define "casualties = killed + wounded" >/dev/null
hs add "for few eyes" --marking red >/dev/null

# Who filed what and when, and what names filings, is not compared.
plain() {
	sed -e 's/,"filed":\[[^]]*\]}$/}/' \
		-e '/"kind":"retraction"/s/"id":"[0-9a-f]*",//' \
		-e 's/"filings":\[[^]]*\],//' "$1" | sort
}
same() { # A B
	plain "$1" >plain.a
	plain "$2" >plain.b
	diff plain.a plain.b || fail "$1 and $2 differ"
}

# ---- What stands ----

hs export >all.jsonl
hs init other >/dev/null
hs -d other import all.jsonl >said
expect_in "import" "filed 31 records" "$(cat said)"
hs -d other export >copy.jsonl
same all.jsonl copy.jsonl
expect "the marking came along" 1 "$(hs -d other find --count marking:red)"
expect "import into itself" "filed nothing; 31 were there already" \
	"$(hs import all.jsonl)"

# ---- With what was taken back ----

hs retract "$wounded" --reason "misread" >/dev/null
hs revise "$killed" value="about 270" --reason "corrected" >/dev/null
again=$(hs add "taken back, and filed again")
hs retract "$again" --reason "doubted" >/dev/null
hs add "taken back, and filed again" >/dev/null
hs export --history >all.jsonl
hs init history >/dev/null
hs -d history import all.jsonl >said
hs -d history export --history >copy.jsonl
same all.jsonl copy.jsonl
hs export >live.jsonl
hs -d history export >live.copy.jsonl
same live.jsonl live.copy.jsonl
expect "retracted" "$(count is:retracted)" "$(hs -d history find --count is:retracted)"
expect "replaced" 1 "$(hs -d history show "$killed" | grep -c 'retracted by')"
filings=$(hs -d history log | wc -l)
hs -d history import all.jsonl >said
expect_in "once more" "filed nothing" "$(cat said)"
expect "and no filing" "$filings" "$(hs -d history log | wc -l)"
hs import all.jsonl >said
expect_in "and into itself" "filed nothing" "$(cat said)"

# A retraction that was itself retracted: the record stands again.
back=$(hs add "taken back by mistake")
retraction=$(hs retract "$back" --reason "in haste")
hs retract "$retraction" --reason "it was right" >/dev/null
hs export --history >all.jsonl
hs init back >/dev/null
hs -d back import all.jsonl >/dev/null
expect "it stands" 1 "$(hs -d back find --count '"taken back by mistake"')"
expect "as many retractions" "$(hs find --count kind:retraction)" \
	"$(hs -d back find --count kind:retraction)"

# What was here before the import is nobody else's to take back.
hs init before >/dev/null
hs -d before add "taken back, and filed again" >/dev/null
grep '"taken back, and filed again"' all.jsonl >part.jsonl
grep "\"record\":\"$again\"" all.jsonl >>part.jsonl
hs -d before import part.jsonl >said
expect_in "left out" "1 retraction of filings that are not here left out" "$(cat said)"
expect "it stands" 1 "$(hs -d before find --count again)"

# A field that was changed is noticed by the id.
sed 's/about 2,700/about 2,800/I' all.jsonl | grep wounded >changed.jsonl
sed -i 's/"2700"/"2800"/g' changed.jsonl
hs init changed >/dev/null
refused 1 "id: it says" hs -d changed import changed.jsonl
