#!/bin/sh
# What pages are built of, in a browser: legible on a phone and on a desk, by
# day and by night, and on paper, whatever the records hold.
set -eu
. "$SOURCE/tests/cli/lib.sh"
. "$SOURCE/tests/page/browser.sh"

# ---- The measure itself can fail ----

cat >pale.html <<'EOF'
<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>x</title>
<p style="color:#999;background:#fff">too pale to read</p>
EOF
expect_in "a pale page" "FAIL 360 light contrast 2.85" "$(measure pale.html)"
cat >wide.html <<'EOF'
<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>x</title>
<p style="width:700px">too wide for a phone</p>
EOF
measure wide.html >wide.txt
expect_in "a wide page on a phone" "FAIL 360 light overflow" "$(cat wide.txt)"
expect_in "a wide page on a desk" "PASS 1280 light" "$(cat wide.txt)"
cat >cut.html <<'EOF'
<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>x</title>
<p style="width:90px;overflow:hidden;white-space:nowrap">all of it is needed</p>
EOF
expect_in "a page with cut text" "FAIL 360 dark cut off" "$(measure cut.html)"
cat >night.html <<'EOF'
<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>x</title>
<style>:root{color-scheme:light dark}
@media (prefers-color-scheme:dark){p{color:#333}}</style><p>dark on dark</p>
EOF
measure night.html >night.txt
expect_in "a dark page by day" "PASS 360 light" "$(cat night.txt)"
echo '<!DOCTYPE html><html lang="en"><script>console.error("no")</script>x' >loud.html
expect_in "a loud page" "no" "$(console loud.html)"

# ---- Pages ----

"$BUILD/tests/page/specimen" >plain.html
legible plain.html
"$BUILD/tests/page/specimen" hostile >hostile.html
legible hostile.html
[ "$(sheets plain.html)" -gt 2 ] || fail "a long page on few sheets"
on_every_sheet plain.html "organisation and its clients"
[ "$(sheets hostile.html)" -gt 2 ] || fail "a hostile page on few sheets"

# What the policy forbids is not done, even if it stood in the page.
sed 's|<main>|<main><script>document.title="ran"</script><img src="file:///etc/hostname">|' \
	plain.html >forced.html
console forced.html >console.txt
expect_in "a script that got in" "script-src" "$(cat console.txt)"
expect_in "a picture that got in" "img-src" "$(cat console.txt)"
case $(cat browse.out) in *"<title>ran"*) fail "a script ran" ;; esac
