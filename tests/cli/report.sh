#!/bin/sh
# A page to hand on: what it holds, what it leaves out, and where it goes.
set -eu
. "$SOURCE/tests/cli/lib.sh"
hs init korea >/dev/null 2>&1
hs file "$SOURCE/tools/sample/moscow-times.yaml" >ids 2>/dev/null

# has WHAT PART: the page holds the part; lacks: it does not.
has() { grep -qF -e "$2" page.html || fail "$1: the page lacks $2"; }
lacks() { ! grep -qF -e "$2" page.html || fail "$1: the page has $2"; }

# ---- The founding example ----

hs report 'subject:"North Korean soldiers"' -o page.html 2>notes
has "how it begins" '<!DOCTYPE html>'
has "how it ends" '</html>'
has "what was asked" 'subject:&quot;North Korean soldiers&quot;'
has "a claim" 'About 300 North Korean soldiers have been killed'
has "the source's words" 'approximately 300 deaths'
has "the origin" 'hop origin'
has "a hop of the chain" '<bdi>Lee Seong-kweun</bdi>'
has "the document" 'href="https://www.themoscowtimes.com/2025/01/13/"'
has "a link tells nothing" 'rel="noreferrer noopener nofollow"'
has "who filed it" '<bdi>alice</bdi>'
has "how far it may go" '>TLP:GREEN<'
has "the dataset's root" "$(hs stat --json | sed 's/"parts".*//; s/.*"root":"\([0-9a-f]*\)".*/\1/')"
has "the command that makes it again" \
	"hearsay -d korea report &#39;subject:&quot;North Korean soldiers&quot;&#39; --as-of 20"
lacks "a script" '<script'
expect "what is said of it" "hearsay: page written to page.html, marked TLP:GREEN" "$(cat notes)"
hs report >all.html -o - 2>notes
[ -s all.html ] || fail "no page on standard output"
hs report -o page.html --known-by 2025-01-12
has "what had been said" 'captured'
lacks "what had not" 'approximately 300 deaths'
has "that it shows less" 'Only what had been said by <span class="date">2025-01-12<'

# The same view gives the same page, but for the line on when it was made.
as_of=$(date -u +%Y-%m-%dT%H:%M:%SZ)
hs report --as-of "$as_of" -o - | grep -v '<dt>made<' >one.html
hs report --as-of "$as_of" -o - | grep -v '<dt>made<' >two.html
cmp -s one.html two.html || fail "two pages of one view: $(diff one.html two.html)"

# The command on it makes it again.
hs report 'subject:"North Korean soldiers"' -o first.html
again=$(sed -n 's/.*again by<.dt><dd><code>\(.*\)<.code>.*/\1/p' first.html |
	sed "s/&#39;/'/g; s/&quot;/\"/g; s/&amp;/\&/g")
(
	hearsay() { "$HEARSAY" "$@"; }
	eval "$again"
)
for file in first page; do
	grep -vE '<dt>(made|shows)<|As the dataset stood' $file.html >$file.rest
done
cmp -s first.rest page.rest || fail "made again: $(diff first.rest page.rest)"

# ---- Nothing, and one claim ----

hs report subject:nobody -o page.html
has "an empty page" 'No claim answers this.'
has "an empty page's marking" '>TLP:CLEAR<'
hs report 'predicate:captured' -o page.html
has "one claim" 'Volodymyr Zelensky'

# ---- What becomes of claims ----

first=$(hs find predicate:killed 'value:~300' --json --limit 1 |
	sed 's/.*"id":"\([0-9a-f]*\)".*/\1/')
hs assess "$first" --reliability B --credibility 2 --note "alice thinks so" >/dev/null
hs retract "$(hs find predicate:wounded --json | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/')" \
	--reason "misread the paragraph" >/dev/null
hs report 'subject:"North Korean soldiers"' -o page.html
has "an assessment" 'alice thinks so'
has "its letter" '<b>B</b> usually reliable'
has "a retraction's reason" 'misread the paragraph'
has "a retracted claim" 'card gone'
hs add --subject 'North Korean soldiers' --predicate killed --value 400 \
	--said 2025-02-01 --by 'Kyiv' >/dev/null 2>&1
hs report predicate:killed -o page.html
has "a conflict" '<bdi>conflict</bdi>'

basis=$(hs add --subject soldiers --predicate seen --value 7 --by Kyiv 2>/dev/null)
hs add --subject soldiers --predicate seen --value 8 --by 'Seoul' --basis "$basis" >/dev/null 2>&1
hs retract "$basis" --reason "counted twice" >/dev/null
hs report subject:soldiers -o page.html
has "what rests on it" 'Rests on what was retracted'
has "for which reason" 'The reason: <bdi>counted twice</bdi>'

# ---- Markings ----

# A judgement has a marking, too. What was filed at two is shown at the freer.
hs add --subject twice --predicate seen --value 7 --by Kyiv --marking red >/dev/null 2>&1
claim=$(hs add --subject twice --predicate seen --value 7 --by Kyiv --marking clear 2>/dev/null)
hs report subject:twice -o page.html
has "the freer marking" '<header class="band"><p><span class="tlp tlp-clear">TLP:CLEAR'
lacks "the other filing" 'TLP:RED'
hs assess "$claim" --note "a red note" --marking red >/dev/null
hs report subject:twice -o page.html
has "a red judgement" '<header class="band"><p><span class="tlp tlp-red">TLP:RED'
hs report subject:twice --max-marking amber -o page.html
has "without it" '<header class="band"><p><span class="tlp tlp-clear">TLP:CLEAR'
lacks "without it" 'a red note'
hs define 'seen = met + heard' --marking amber >/dev/null
hs report subject:twice --max-marking amber -o page.html
has "a definition's marking" '<header class="band"><p><span class="tlp tlp-amber">TLP:AMBER'

hs add --subject secret --predicate seen --value 7 --said 2025-01-01 \
	--by 'a red source' --marking red >/dev/null 2>&1
hs add --subject secret --predicate seen --value 9 --said 2025-01-02 \
	--by 'a green source' --marking green >/dev/null 2>&1
hs add --subject secret --predicate seen --value 11 --said 2025-01-02 \
	--by 'a local source' --marking local >/dev/null 2>&1
hs report subject:secret -o page.html 2>notes
has "the highest marking" '<header class="band"><p><span class="tlp tlp-red">TLP:RED'
has "a red claim" 'a red source'
lacks "a local one" 'a local source'
expect_in "how many there are more" "1 more claim is marked above TLP:RED" "$(cat notes)"
expect "who may read it" 600 "$(stat -c %a page.html)"
hs report subject:secret -o page.html --max-marking green 2>notes
has "a green page" '<header class="band"><p><span class="tlp tlp-green">TLP:GREEN'
has "a green claim" 'a green source'
lacks "what is above" 'a red source'
lacks "what is above, in a figure" '<bdi>7</bdi>'
has "that it is limited" 'Nothing marked above TLP:GREEN'
expect_in "how many" "2 more claims are marked above TLP:GREEN" "$(cat notes)"
expect "who may read a green one" 644 "$(umask 022; hs report subject:secret \
	-o page.html --max-marking green 2>/dev/null; stat -c %a page.html)"
hs report subject:secret -o page.html --max-marking local 2>/dev/null
has "a local page" 'not to leave the machine'

# ---- Where it was read ----

hash=$(printf x | sha256sum | cut -c1-64)
other=$(printf y | sha256sum | cut -c1-64)
cat >captures.jsonl <<EOF
{"kind":"capture","document":"https://example.org/seen","title":"A page","publisher":"Paper","published":"2025-01-01","retrieved":"2025-01-02","sha256":"$hash","archive":"https://archive.example/1"}
{"kind":"capture","document":"https://example.org/seen","title":"A page","publisher":"Paper","retrieved":"2025-01-05","sha256":"$other"}
{"kind":"claim","text":"It was read","subject":"reading","document":"https://example.org/seen","locator":{"paragraph":3},"chain":"Paper","basis":["https://example.org/other","box 7"]}
{"kind":"claim","text":"It was read elsewhere","subject":"reading","document":"box 12, folder 3","chain":"Paper"}
EOF
hs import captures.jsonl >/dev/null 2>&1
hs report subject:reading -o page.html
has "the hash" "<span class=\"id\">$hash</span>"
has "the archive" 'href="https://archive.example/1"'
has "when" ', retrieved <bdi>2025-01-02</bdi>'
has "that it changed" 'captured with other content on <bdi>2025-01-05</bdi>'
has "where in it" '<bdi>paragraph</bdi> 3'
has "what it rests on" 'href="https://example.org/other"'
has "a key" '<dt>document</dt><dd><bdi>box 12, folder 3</bdi>'

# A page that is watched has captures by the thousand; a card tells of ten.
awk 'BEGIN { for (i = 10; i < 30; i++)
	printf "{\"kind\":\"capture\",\"document\":\"https://watched.example/\",\"retrieved\":\"2025-01-%d\",\"sha256\":\"%064d\"}\n", i, i }' |
	hs import - >/dev/null 2>&1
hs add --subject watched --predicate seen --value 7 --by Kyiv --doc https://watched.example/ >/dev/null 2>&1
hs report subject:watched -o page.html 2>/dev/null
expect "captures on a card" 11 "$(grep -o 'as captured' page.html | wc -l | tr -d ' ')"
has "that there are more" 'more often than is shown here'
has "changes that are not shown" 'and 9 times more'

# ---- More than a page holds ----

awk 'BEGIN { for (i = 0; i < 2050; i++)
	printf "{\"subject\":\"many\",\"text\":\"claim %d\",\"chain\":\"A\"}\n", i }' |
	hs import - >/dev/null
hs report subject:many -o page.html 2>notes
has "how many there are" '<strong>2,050</strong>'
has "how many are not shown" '50 claims are not shown here'
expect_in "and it is said" "50 claims are counted but not shown" "$(cat notes)"

# ---- Whole or not at all ----

echo before >kept.html
refused 2 "-o FILE.html" hs report subject:secret
refused 2 "is not a marking" hs report subject:secret -o kept.html --max-marking pink
refused 2 "rule" hs report subject:secret -o kept.html --rule mean
refused 1 "nowhere/page.html" hs report subject:secret -o nowhere/page.html
refused 1 "kept.html" sh -c 'ulimit -f 2; trap "" XFSZ; exec "$HEARSAY" report -o kept.html'
expect "what was there" before "$(cat kept.html)"
expect "no leavings" kept.html "$(ls kept.html*)"
mkfifo pipe
cat pipe >piped &
hs report subject:secret -o pipe 2>/dev/null
wait $!
[ -p pipe ] || fail "a pipe was replaced by a file"
expect_in "through a pipe" "</html>" "$(tail -n 1 piped)"
hs report subject:nobody -o page.html --json >out
expect "for programs" '{"file":"page.html","marking":"clear","left":0}' "$(cat out)"
