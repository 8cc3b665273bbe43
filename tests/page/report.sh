#!/bin/sh
# Pages of `hearsay report` in a browser: the founding example, nothing, one
# claim, records that mean harm, long chains, and analysts who differ.
set -eu
. "$SOURCE/tests/cli/lib.sh"
. "$SOURCE/tests/page/browser.sh"
hs init korea >/dev/null 2>&1

# ---- Nothing, and one claim ----

hs report -o nothing.html
legible nothing.html
expect "sheets of an empty page" 1 "$(sheets nothing.html)"
hs add "It was said" --by 'A (clerk) < ?somebody' --quote 'قيل ذلك' --lang ar \
	>/dev/null 2>&1
hs report -o one.html
legible one.html
expect_in "the language of a quote" '<blockquote dir="auto" lang="ar">' \
	"$(cat one.html)"

# ---- The founding example, with judgements ----

hs file "$SOURCE/tools/sample/moscow-times.yaml" >/dev/null 2>&1
id() { hs find "$@" --json --limit 1 | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/'; }
killed=$(id 'value:300' predicate:killed)
hs assess "$killed" --reliability B --credibility 2 --likelihood likely \
	--note "One briefing, told by one lawmaker" >/dev/null
hs define "casualties = killed + wounded" >/dev/null
hs alias "South Korea" "South Korean government" --part-of >/dev/null 2>&1
hs retract "$(id predicate:captured)" --reason "The video shows others" >/dev/null
hs add --subject 'North Korean soldiers' --predicate killed --value 'about 1000' \
	--said 2025-01-20 --since .. --by 'Kyiv' --doc https://example.org/a >/dev/null 2>&1
hs add --subject 'North Korean soldiers' --predicate killed --value 'about 400' \
	--said 2025-01-22 --since .. --by 'Lee Seong-kweun < National Intelligence Service' \
	--doc https://example.org/b >/dev/null 2>&1
hs report -o founding.html
legible founding.html
[ "$(sheets founding.html)" -gt 2 ] || fail "all claims on few sheets"
on_every_sheet founding.html "not published"

# Another analyst, who differs.
hs bundle carried >/dev/null 2>&1
HEARSAY_NAME=bob HEARSAY_HOME="$PWD/bob" hs id --card >bob.card
hs member add bob "$(cat bob.card)" --role writer >/dev/null 2>&1
hs bundle carried2 >/dev/null 2>&1
(
	export HEARSAY_NAME=bob HEARSAY_HOME="$PWD/bob"
	hs -d korea import carried2 >/dev/null 2>&1
	hs assess "$killed" --reliability D --credibility 4 --note "I doubt it" >/dev/null
	hs bundle "$PWD/back" >/dev/null 2>&1
)
hs import back >/dev/null 2>&1
hs report predicate:killed -o differ.html
legible differ.html
for part in "One briefing, told by one lawmaker" "I doubt it" '<b>B</b>' '<b>D</b>'; do
	expect_in "two analysts" "$part" "$(cat differ.html)"
done

# ---- Harm ----

word=$(head -c 4000 /dev/zero | tr '\0' W)
name=$(head -c 250 /dev/zero | tr '\0' n)
turned=$(printf '\342\200\256gnorw\342\201\247')
piled=$(printf 'e\314\201\314\201\314\201\314\201\314\201\314\201\314\201\314\201')
bad='</bdi></p><script>document.title=1</script><img src=x onerror=alert(1)><style>*{color:red}</style>'
hops=
i=0
while [ $i -lt 15 ]; do
	hops="$hops{\"who\":[\"$i$name\"],\"role\":\"$turned\"},"
	i=$((i + 1))
done
hops="$hops{\"who\":[\"$bad\",\"and $name\"],\"unnamed\":true,\"as\":\"$bad\",\"how\":\"$turned\",\"to\":\"$bad\"}"
cat >harm.jsonl <<EOF
{"kind":"claim","text":"$bad $turned","quote":"$word","lang":"en","subject":"$bad","predicate":"$turned","of":["$bad","$name"],"place":"$bad","value":"no $bad","said":"2025-01-01","hedge":"$bad $piled","chain":[$hops],"basis":["javascript:alert(1)","$bad","https://user@example.org/"],"document":"javascript:alert(2)","locator":"$bad","tags":["$bad"],"more":{"key":"$word"}}
{"kind":"capture","document":"javascript:alert(2)","title":"$word","author":"$bad","publisher":"$turned","agency":"$bad","archive":"data:text/html,x"}
{"kind":"claim","text":"$word","subject":"$bad","document":"data:text/html,<script>alert(3)</script>","chain":[{"who":["$bad"]}]}
{"kind":"claim","subject":"$bad","predicate":"$name","value":"3 $name","said":"2025-01-02","chain":[{"who":["$name"]}]}
{"kind":"claim","subject":"$bad","predicate":"$name","value":"5 $name","said":"2025-01-02","chain":[{"who":["$bad"]}]}
EOF
hs init harm >/dev/null 2>&1
hs -d harm import harm.jsonl >/dev/null 2>taken || fail "$(cat taken)"
hs -d harm assess "$(hs -d harm find --json --limit 1 | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/')" \
	--note "$bad $word" >/dev/null 2>&1 || true
hs -d harm alias "$bad" "$name" >/dev/null 2>&1
hs -d harm report -o harm.html
legible harm.html
for part in '<script' '<img' '<style>*' 'href="javascript' 'href="data'; do
	case $(cat harm.html) in *"$part"*) fail "the page has $part" ;; esac
done
expect "links to a name's address" "" "$(grep -o 'href="https://user@' harm.html || true)"
[ "$(sheets harm.html)" -gt 1 ] || fail "harm on one sheet"
