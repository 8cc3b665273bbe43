#!/bin/sh
# What is pointed out when filing: names close to others, and claims like
# others. It stops nobody, unless the vocabulary is strict.
set -eu
. "$SOURCE/tests/cli/lib.sh"
hs init korea >/dev/null 2>&1

# noted PART COMMAND...: it files, and says so on standard error.
noted() {
	part=$1
	shift
	"$@" >noted.out 2>noted.err || fail "$*: $(cat noted.err)"
	expect_in "what is noted of: $*" "$part" "$(cat noted.err)"
}
quiet() { noted "" "$@"; expect "noted of: $*" "" "$(cat noted.err)"; }

quiet hs add --subject 'North Korean soldiers' --predicate killed --value 300 \
	--of civilians --by 'Volodymyr Zelensky' --doc https://example.org/a
quiet hs add --subject 'North Korean soldiers' --predicate killed --value 301 \
	--doc https://example.org/b
noted "new predicate 'deaths'; nearest: killed (2)" \
	hs add --subject 'North Korean soldiers' --predicate deaths --value 4
noted "new subject 'North Korean soldier'; nearest: North Korean soldiers (3)" \
	hs add --subject 'North Korean soldier' --predicate killed --value 5
noted "new source 'Volodymyr Zelenskyy'; nearest: Volodymyr Zelensky (1)" \
	hs add x --by 'Volodymyr Zelenskyy'
noted "new of 'civilian'; nearest: civilians (1)" \
	hs add --predicate killed --value 6 --of civilian
noted "nearest: attacked (of those that ship)" \
	hs add --predicate atacked --value 7

# Another case or accent is no other name; nor is one met before, nor one the
# team has joined.
quiet hs add --predicate KILLED --value 8
quiet hs add --predicate deaths --value 9
hs alias perished killed --as predicate >/dev/null 2>&1
quiet hs add --predicate perished --value 10

# The same question in the same document from the same origin.
first=$(hs find value:300 --json | sed 's/.*"id":"\([0-9a-f]\{8\}\).*/\1/')
noted "looks like $first: same document, question and origin" \
	hs add --subject 'North Korean soldiers' --predicate killed --value 320 \
	--of civilians --by 'Volodymyr Zelensky' --doc https://example.org/a
noted "it was there already; nothing was changed" \
	hs add --subject 'North Korean soldiers' --predicate killed --value 320 \
	--of civilians --by 'Volodymyr Zelensky' --doc https://example.org/a

# Reports and imports say it too; an import at most 20 times.
printf 'subject: North Koraen soldiers\npredicate: killed\nvalue: 11\n' >r.yaml
noted "new subject 'North Koraen soldiers'; nearest: North Korean soldiers" \
	hs file r.yaml
awk 'BEGIN { for (i = 0; i < 30; i++) printf "{\"text\":\"x\",\"by\":\"Volodymyr Zelensky%c\"}\n", 97 + i % 26 }' >many.jsonl
noted "new source 'Volodymyr Zelenskyb'; nearest: Volodymyr Zelensky" \
	hs import many.jsonl
expect "at most" 20 "$(grep -c 'new source' noted.err)"
expect_in "and how many more" "more new names are close to others" "$(cat noted.err)"

# ---- Pages that changed ----

# captured HASH-DIGIT RETRIEVED: a capture of one page.
captured() {
	printf '{"kind":"capture","document":"https://example.org/page","retrieved":"%s","sha256":"%s"}\n' \
		"$2" "$(printf '%064d' 0 | tr 0 "$1")"
}
captured 1 2025-01-13 >one.jsonl
quiet hs import one.jsonl
quiet hs import one.jsonl
captured 1 2025-01-14 >same.jsonl
quiet hs import same.jsonl
captured 2 2025-01-15 >two.jsonl
noted "https://example.org/page was captured with other content: " hs import two.jsonl
expect_in "when" ", 2025-01-14" "$(cat noted.err)"
quiet hs import two.jsonl
captured 1 2025-01-16 >back.jsonl
noted "was captured with other content" hs import back.jsonl
expect "nothing is lost" 4 "$(count kind:capture is:edited)"
hs add "read there" --doc https://example.org/page >/dev/null 2>&1
expect "claims of it" 1 "$(count is:edited)"
hs show "$(hs find is:edited | cut -f1)" >shown
expect_in "as a claim of it is shown" \
	"edited     this page was captured with other content: " "$(cat shown)"
expect_in "and once more" "this page went back to earlier content: " "$(cat shown)"
hs show "$(hs find kind:capture is:edited --limit 1 | cut -f1)" >shown
expect "as the first is shown" 1 "$(grep -c 'captured with other content: .*, 2025-01-15' shown)"
{ captured 1 2025-02-13 && captured 2 2025-02-14; } | sed s/page/other/ >both.jsonl
noted "https://example.org/other was captured with other content: " hs import both.jsonl
expect_in "which" "in this input" "$(cat noted.err)"
quiet hs import both.jsonl
awk 'BEGIN { for (i = 0; i < 30; i++) printf "{\"kind\":\"capture\",\"document\":\"https://example.org/many\",\"sha256\":\"%064d\"}\n", i }' >many.jsonl
noted "9 more captures found other content" hs import many.jsonl
echo '{"kind":"capture","document":"https://example.org/page","retrieved":"2025-01-17"}' >bare.jsonl
quiet hs import bare.jsonl

# ---- Strict ----

hs config vocabulary strict
refused 1 "new predicate 'kiled'; nearest: killed" hs add --predicate kiled --value 1
refused 1 "new subject 'bridges'" hs add x --subject bridges
refused 1 "new of 'soldiers'" hs add --predicate killed --value 1 --of soldiers
expect_in "what to do" "hearsay config vocabulary open" "$(cat refused.err)"
quiet hs add --predicate killed --value 12 --of civilians --by 'Anybody At All'
quiet hs add --predicate attacked --value 13
printf 'predicate: kiled\nvalue: 11\n' >r.yaml
refused 1 "r.yaml:1:1: predicate: new predicate 'kiled'" hs file r.yaml
echo '{"predicate":"kiled","value":14}' >strict.jsonl
refused 1 "strict.jsonl:1: predicate: new predicate 'kiled'" hs import strict.jsonl
hs config vocabulary open
hs import strict.jsonl >/dev/null 2>&1
expect "let in" 1 "$(count predicate:kiled)"
