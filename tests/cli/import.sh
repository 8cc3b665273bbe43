#!/bin/sh
# Many records: idempotent, all or nothing, from files and pipes, as JSON Lines
# and as tables.
set -eu
. "$SOURCE/tests/cli/lib.sh"
hs init korea >/dev/null 2>&1

claims() { # FROM TO
	awk -v from="$1" -v to="$2" 'BEGIN { for (i = from; i <= to; i++)
		printf "{\"subject\":\"unit %d\",\"predicate\":\"killed\",\"value\":\"%d\",\"by\":\"A < B %d\",\"document\":{\"url\":\"https://example.org/%d\",\"publisher\":\"Daily\"}}\n",
		i % 7, i, i % 5, i % 10 }'
}

# ---- JSON Lines ----

claims 1 1000 >many.jsonl
expect "filed" "filed 1,010 records in 2 filings" "$(hs import many.jsonl)"
expect "claims" 1000 "$(count)"
expect "each document once" 10 "$(count kind:capture)"
expect "the publisher stands before the chain" 1000 "$(count via:Daily)"
filings=$(hs log | wc -l)
expect "again" "filed nothing; 1,010 were there already" \
	"$(hs import many.jsonl)"
expect "through a pipe" "filed nothing; 1,010 were there already" \
	"$(cat many.jsonl | hs import -)"
expect "through a pipe, format given" \
	"filed nothing; 1,010 were there already" \
	"$(cat many.jsonl | hs import --format jsonl -)"
expect "no filing was made of that" "$filings" "$(hs log | wc -l)"
claims 991 1002 >more.jsonl
expect "some of it" "filed 2 records in 1 filing; 20 were there already" \
	"$(hs import more.jsonl)"
expect_in "as JSON" '"filed":0,"filings":0,"already":22' \
	"$(hs import more.jsonl --json)"
expect "several files" "filed 2 records in 1 filing; 1 was there already" \
	"$(echo '{"text":"one"}' >a.jsonl; echo '{"text":"two"}' >b.jsonl
	hs import a.jsonl b.jsonl a.jsonl)"
: >empty.jsonl
expect "nothing" "filed nothing" "$(hs import empty.jsonl)"

# ---- Bad lines ----

{ claims 2001 2003; echo '{"bad"'; claims 2004 2005; } >bad.jsonl
refused 1 "bad.jsonl:4: column" hs import bad.jsonl
expect "nothing of it" 0 "$(count value:2001..2005)"
status=0
hs import --keep-going bad.jsonl >out 2>err || status=$?
expect "the good ones were filed, the bad one tells" 1 "$status"
expect "how many" "filed 5 records in 1 filing; 5 were there already; 1 bad line left out" \
	"$(cat out)"
expect "the good ones" 5 "$(count value:2001..2005)"
awk 'BEGIN { for (i = 0; i < 80; i++) print "no JSON" }' >worse.jsonl
refused 1 "80 bad lines; nothing was filed" hs import worse.jsonl
expect "shown" 50 "$(grep -c '^worse.jsonl:' refused.err)"
expect_in "the others" "30 more bad lines are not shown" "$(cat refused.err)"

# ---- Markings ----

cat >marked.jsonl <<'END'
{"text":"as the dataset has it"}
{"text":"as its line says","filed":[{"by":"x","marking":"red"},{"marking":"amber"}]}
END
hs config marking clear
hs import marked.jsonl >/dev/null
expect "the dataset's" 1 "$(count marking:clear)"
expect "the lowest of the line's" 1 "$(count '"as its line says"' marking:amber)"
hs config marking ''
echo '{"text":"all of it","filed":[{"marking":"clear"}]}' |
	hs import --marking red - >/dev/null
expect "--marking" 1 "$(count marking:red '"all of it"')"

# ---- Records that refer to others ----

id=$(hs add "a claim to be judged")
cat >judged.jsonl <<END
{"kind":"assessment","target":"$id","reliability":"B","note":"fair"}
END
hs import judged.jsonl >/dev/null
expect "assessed" 1 "$(count is:assessed)"

# In any order: what is referred to may come after.
hs add -d korea "later in the file" >/dev/null
hs export '"later in the file"' >later.jsonl
later=$(sed 's/.*"id":"\([0-9a-f]*\)".*/\1/' later.jsonl)
{
	echo "{\"kind\":\"relation\",\"from\":\"$later\",\"relation\":\"supports\",\"to\":\"$id\"}"
	hs export "id:$id" | sed "s/^/ /"
	cat later.jsonl
} >order.jsonl
hs init order >/dev/null
expect "backwards" "filed 3 records in 2 filings" "$(hs -d order import order.jsonl)"
export HEARSAY_DATASET=korea

# A record that is lower than what it speaks of would tell of it.
red=$(hs add "red one" --marking red)
echo "{\"kind\":\"assessment\",\"target\":\"$red\",\"note\":\"x\"}" >tells.jsonl
refused 1 "tells.jsonl:1: target: no live record" hs import tells.jsonl
hs import --marking red tells.jsonl >/dev/null

# ---- Tables ----

cat >named.csv <<'END'
subject,predicate,value,words,by,of,tags,said,url,publisher,more.page,marking
bridge,length,"1,200 m",about a mile,"A < B","of one; of two",t1;t2,2025-01-13,https://example.org/bridge,Daily,12,amber
bridge,height,30 m,,,,,,,,,
,,,,,,,,,,,
END
expect "columns with the names of fields" "filed 3 records in 2 filings" \
	"$(hs import named.csv)"
hs find predicate:length --json >row
for part in '"of":["of one","of two"]' '"tags":["t1","t2"]' '"page":"12"' \
	'"words":"about a mile"' '"who":["Daily"]' '"marking":"amber"'; do
	expect_in "the row" "$part" "$(cat row)"
done
tr ',' '\t' <<'END' >named.tsv
subject,predicate,value
tower,height,31 m
END
expect "tabs" "filed 1 record in 1 filing" "$(hs import named.tsv)"
hs find --csv 'subject:bridge OR subject:tower' >found.csv
hs init copy >/dev/null
expect "what find --csv wrote" 3 "$(hs -d copy import found.csv >/dev/null;
	hs -d copy find --count)"

cat >map.yaml <<'END'
subject: Ukraine
said: "{date}"
companions:
- when: {field: personnel*}
  for: {field: personnel}
  key: [date]
  gives: {qualifier: "{value}"}
claims:
- {when: {field: personnel}, predicate: losses, value: "{qualifier} {value}"}
END
cat >mapped.csv <<'END'
date,field,value
2022-03-01,personnel,5710
2022-03-01,personnel*,about
2022-03-02,personnel,5840
END
expect "a mapping" "filed 2 records in 1 filing" \
	"$(hs import --map map.yaml mapped.csv)"
expect "the companion row" 1 "$(hs find predicate:losses said:2022-03-01 --json |
	grep -c '"op":"~"')"
expect "from a pipe, which is read twice" \
	"filed nothing; 2 were there already" \
	"$(cat mapped.csv | hs import --map map.yaml -)"
sed -i 's/{value}"}$/{valeu}"}/' map.yaml
refused 1 "map.yaml:7:22: there is no column" hs import --map map.yaml mapped.csv

# ---- A file that grows while it is read ----

# A reader that is slow by way of the writer's turn: appending after the import
# has begun cannot be timed from here, so only the note is looked for, and only
# where it came about.
claims 50001 54000 >grows.jsonl
(sleep 0.02; claims 54001 54100 >>grows.jsonl) &
hs import grows.jsonl >out 2>err
wait
grown=$(count value:54001..54100)
[ "$grown" -eq 0 ] || [ "$grown" -eq 100 ] || fail "half of what was added: $grown"
if grep -q "grew while it was read" err; then
	expect "only what was there" 0 "$grown"
fi
expect "what was there" 4000 "$(count value:50001..54000)"

# ---- Others get their turn ----

claims 20001 40000 >long.jsonl
hs import long.jsonl >out 2>&1 &
importing=$!
while kill -0 "$importing" 2>/dev/null; do
	hs add "in between $(date +%s%N)" >/dev/null
	sleep 0.05
done
wait "$importing"
expect "all of it" 20000 "$(count value:20001..40000)"
