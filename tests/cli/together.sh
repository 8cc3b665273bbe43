#!/bin/sh
# Two imports at once while a third process finds and a fourth watches: nothing
# is lost, nothing is seen half, and none is blocked for good.
set -eu
. "$SOURCE/tests/cli/lib.sh"
hs init shared >/dev/null 2>&1
each=3000

lines() { # name
	awk -v name="$1" -v each=$each 'BEGIN { for (i = 1; i <= each; i++)
		printf "{\"subject\":\"%s %d\",\"predicate\":\"reported\",\"value\":\"%d\",\"tags\":[\"%s\"],\"document\":\"https://%s.example/%d\"}\n", name, i, i, name, name, i % 100 }'
}
lines one >one.jsonl
lines two >two.jsonl

"$HEARSAY" watch predicate:reported >watched 2>watch.err &
watcher=$!
sleep 0.3 # until it watches
"$HEARSAY" import one.jsonl >one.out 2>&1 &
first=$!
"$HEARSAY" import two.jsonl >two.out 2>&1 &
second=$!

# A filing is whole or not there: what is found is a multiple of what one
# filing of these lines holds, and never less than before.
before=0
while kill -0 $first 2>/dev/null || kill -0 $second 2>/dev/null; do
	now=$(count predicate:reported)
	[ "$now" -ge "$before" ] || fail "found $now after $before"
	before=$now
done
wait $first || fail "the first import: $(cat one.out)"
wait $second || fail "the second import: $(cat two.out)"
expect "records of the first" $each "$(count tag:one)"
expect "records of the second" $each "$(count tag:two)"

# Watching may lag behind by a moment, never by a record.
tries=0
while [ "$(wc -l <watched)" -lt $((2 * each)) ] && [ $tries -lt 50 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
kill $watcher
wait $watcher || fail "watch: $(cat watch.err)"
expect "lines watched" $((2 * each)) "$(wc -l <watched)"
expect "lines watched twice" "" "$(cut -f1 watched | sort | uniq -d)"
hs verify >/dev/null || fail "verify finds something wrong"

# In filings, nothing is half there.
expect "records by the log" $((2 * each)) "$(logged)"
