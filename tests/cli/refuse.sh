#!/bin/sh
# What cannot be kept is refused with a sentence that says where and why, and
# nothing is half filed.
set -eu
. "$SOURCE/tests/cli/lib.sh"
hs init korea >/dev/null 2>&1

# ---- One claim ----

refused 2 "there is no option --subjct; did you mean --subject?" \
	hs add x --subjct y
refused 2 "a claim needs a text" hs add
refused 2 "needs a value, a stance other than asserts, or a text" \
	hs add --predicate killed
refused 2 "write 3..5" hs add --predicate killed --value 5..3
expect_in "what was typed, with a caret" "5..3
  ^~~~" "$(cat refused.err)"
refused 2 "34 digits" hs add --predicate killed \
	--value 1234567890123456789012345678901234567890
refused 2 "there is no 30 February" hs add x --said 2025-02-30
refused 2 "at most 16 hops" hs add x \
	--by 'a<b<c<d<e<f<g<h<i<j<k<l<m<n<o<p<q'
refused 2 "bytes, of which 4096 are allowed" hs add \
	"$(head -c 5000 /dev/zero | tr '\0' x)"
refused 2 "UTF-8" hs add "$(printf 'caf\351')"
refused 2 "stance" hs add x --stance maybe
refused 2 "KEY=VALUE" hs add x --more key
refused 2 "is not a marking" hs add x --marking purple
refused 1 "nothing here whose id begins with abcd" hs add x --re abcd
refused 2 "one word too many" hs add x y

# ---- Reports ----

report() { # WHERE AND WHY, TEXT
	printf '%b' "$2" >report.yaml
	refused 1 "report.yaml:$1" hs file report.yaml
}
report "1:13: unknown field 'predicat' (did you mean 'predicate'?)" \
	'predicat:   killed\nvalue: 3\n'
report "2:7: text: a text is wanted here" 'subject: x\ntext: [a, b]\n'
report "1:8: value: a range" 'value: 5..3\npredicate: killed\n'
report "1:10: subject: 300 bytes, of which 256" \
	"subject: $(head -c 300 /dev/zero | tr '\0' x)\ntext: y\n"
report "1:10: this character is not UTF-8" 'text: caf\0351\n'
report "2:8: a NUL byte" 'text: x\nquote: \0000\n'
report "2:7: said: there is no 31 April" 'text: x\nsaid: 2025-04-31\n'
report "2:5: a chain has at most 16 hops" \
	'text: x\nby: a<b<c<d<e<f<g<h<i<j<k<l<m<n<o<p<q\n'
report "2:8: value: a number has at most 34 digits" \
	'predicate: killed\nvalue: 1234567890123456789012345678901234567890\n'
report "2:1: subject stands twice" 'subject: x\nsubject: y\ntext: z\n'
report "2:5: re: no claim in this report" 'text: x\nre: nobody\n'
report "2:8: YAML takes" 'predicate: killed\nvalue: >3000\n'
expect_in "how to write it" "more than 3000" "$(cat refused.err)"
{
	echo 'a: &a [x, x, x, x, x, x, x, x, x, x]'
	for pair in 'b a' 'c b' 'd c' 'e d' 'f e' 'g f' 'h g' 'i h'; do
		set -- $pair
		echo "$1: &$1 [*$2, *$2, *$2, *$2, *$2, *$2, *$2, *$2, *$2, *$2]"
	done
} >report.yaml
refused 1 "report.yaml:" hs file report.yaml
head -c 1100000 /dev/zero | tr '\0' '#' >report.yaml
refused 1 "longer than the 1048576 bytes" hs file report.yaml
refused 1 "No such file" hs file nowhere.yaml
refused 2 "which report?" hs file

# ---- Many ----

lines() { # WHERE AND WHY, LINE: the second of three lines is bad
	printf '%b' '{"text":"before"}\n'"$2"'\n{"text":"after"}\n' >many.jsonl
	refused 1 "many.jsonl:2: $1" hs import many.jsonl
	expect_in "the end" "1 bad line; nothing was filed" "$(cat refused.err)"
}
lines "unknown field 'txet'" '{"txet":"x"}'
lines "text: a text is wanted" '{"text":["x"]}'
lines "column 2: " '{text:"x"}'
lines "column 13: this field is there twice" '{"text":"x","text":"y"}'
lines "column 9: these bytes are not UTF-8" '{"text":"\0377"}'
lines "column 9: the character \\u0000 cannot be kept" '{"text":"a\\u0000"}'
lines "the line holds a NUL" '{"text":"a\0000b"}'
lines "said: there is no 30 February" '{"text":"x","said":"2025-02-30"}'
lines "value: a range" '{"predicate":"killed","value":"5..3"}'
lines "a chain has at most 16" \
	'{"text":"x","by":"a<b<c<d<e<f<g<h<i<j<k<l<m<n<o<p<q"}'
lines "id: an id has 64" '{"text":"x","id":"12"}'
lines "id: it says 0000" "$(printf '{"text":"x","id":"%064d"}' 0)"
lines "filed: " '{"text":"x","filed":[{"marking":"purple"}]}'
lines "unknown kind" '{"kind":"genesis"}'
lines "target: no live record 0000" \
	"$(printf '{"kind":"assessment","target":"%064d","note":"x"}' 0)"
lines "a line holds one record" '[{"text":"x"}]'

# A line of 100 MB is named, and costs no memory worth speaking of.
{
	printf '{"text":"'
	head -c 100000000 /dev/zero | tr '\0' a
	printf '"}\n{"text":"fine"}\n'
} >long.jsonl
status=0
(case $BUILD in *asan*) ;; *) ulimit -d 100000 ;; esac
hs import - <long.jsonl >out 2>err) || status=$?
expect "a very long line" 1 "$status"
expect_in "named" "standard input:1: the line is longer than 1 MiB" "$(cat err)"
rm long.jsonl

table() { # WHERE AND WHY, ROW
	printf '%b' 'predicate,value,by\nkilled,300,NIS\n'"$2"'\nwounded,2,NIS\n' \
		>many.csv
	refused 1 "many.csv:3: $1" hs import many.csv
}
table "the row has 2 columns where there should be 3" 'killed,300'
table "the row has 4 columns where there should be 3" 'killed,300,NIS,x'
table 'column "value": a quote stands inside the field' 'killed,3"0,NIS'
table "value: a range" 'killed,5..3,NIS'
printf 'predicte,value\nkilled,3\n' >many.csv
refused 1 "did you mean 'predicate'?" hs import many.csv
printf 'predicate,value,predicate\nkilled,3,x\n' >many.csv
refused 1 "many.csv: " hs import many.csv

gzip -c many.csv >many.gz
refused 1 "unpack it with gunzip" hs import --format csv many.gz
refused 1 "is a directory" hs import .
refused 1 "hearsay file" hs import "$SOURCE/tools/sample/moscow-times.yaml"
refused 2 "--map is for tables" hs import --format jsonl --map x.yaml y

# ---- And nothing of all that was filed ----

expect "claims" 0 "$(count)"
expect "filings" 0 "$(hs log | grep -vc roster)"

# ---- Texts are normalised: found as typed either way ----

composed=$(printf 'caf\303\251') apart=$(printf 'cafe\314\201')
hs add "$apart" >id.apart
hs add "$composed" >id.composed 2>/dev/null
cmp -s id.apart id.composed || fail "two spellings, two records"
expect "found by the one" 1 "$(count "$composed")"
expect "found by the other" 1 "$(count "$apart")"

# ---- Ids ----

i=0
while [ "$i" -lt 300 ]; do
	echo "{\"text\":\"number $i\"}"
	i=$((i + 1))
done | hs import - >/dev/null
refused 2 "ID" hs assess
refused 1 "no id: an id is written with 4 to 64" hs assess 123 --note x
# Of 300 ids some two begin with the same two digits, but hardly with four:
# look for such a pair in more of them where it takes that.
twin() {
	hs find --json | sed 's/.*"id":"\([0-9a-f]\{4\}\).*/\1/' | sort | uniq -d |
		head -n 1
}
while [ -z "$(twin)" ]; do
	seq -f '{"text":"more %.0f"}' "$i" $((i + 300)) | hs import - >/dev/null
	i=$((i + 300))
done
refused 1 "is the beginning of" hs assess "$(twin)" --note x
expect_in "what to do" "give more digits" "$(cat refused.err)"

# ---- Two who make one dataset at once: one does, one is told ----

for round in 1 2 3 4 5; do
	(if hs init "twice$round" >/dev/null 2>a.err; then echo 0; else echo 1; fi >a) &
	first=$!
	(if hs init "twice$round" >/dev/null 2>b.err; then echo 0; else echo 1; fi >b) &
	wait "$first" $!
	expect "one of two" "1" "$(($(cat a) + $(cat b)))"
	expect_in "the other is told" "exists already" "$(cat a.err b.err)"
done
