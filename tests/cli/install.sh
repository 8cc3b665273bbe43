#!/bin/sh
# What `make install` puts down is what an embedder needs: the example builds
# against it with pkg-config alone, only hear_ names are exported, and
# uninstall takes every file away again.
set -eu
. "$SOURCE/tests/cli/lib.sh"
prefix=$PWD/prefix
variant=$(basename "$BUILD")
variant=${variant#*-}
[ "$variant" = release ] || skip "only the release build is installed"

make -s -C "$SOURCE" install PREFIX="$prefix" CC="$CC" >/dev/null
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
# shellcheck disable=SC2046
$CC -Wall -o example "$SOURCE/tests/example.c" \
	$(pkg-config --cflags --libs hearsay) -Wl,-rpath,"$prefix/lib"
./example made >out
expect "the example's answer" "North Korean soldiers: killed about 300" "$(cat out)"
ldd ./example | grep -q "$prefix/lib/libhearsay.so.0" ||
	fail "the example does not use the shared library"

foreign=$(nm -D --defined-only "$prefix/lib/libhearsay.so.0" |
	awk '{ print $3 }' | grep -v '^hear_' || true)
expect "names exported besides hear_" "" "$foreign"

strip -o tool "$prefix/bin/hearsay"
strip --strip-unneeded -o library "$prefix/lib/libhearsay.so.0"
for file in tool library; do
	size=$(wc -c <"$file")
	[ "$size" -le 512000 ] || fail "stripped $file has $size bytes, over 500 KB"
done

# Installed, the programs find each other.
expect "the unit's program" "ExecStart=$prefix/bin/hearsayd" \
	"$(grep ^ExecStart= "$prefix/lib/systemd/user/hearsayd.service")"
"$prefix/bin/hearsay" init korea >/dev/null 2>&1
expect "a command of hearsay-full" alice "$("$prefix/bin/hearsay" member | cut -f1)"
expect_in "hearsay-link is found" "in order" "$("$prefix/bin/hearsayd" -n 2>/dev/null)"
mv "$prefix/libexec/hearsay/hearsay-full" away
refused 1 "run hearsay-full, which is to be beside this program" "$prefix/bin/hearsay" member
"$prefix/bin/hearsay" add "It goes without" >/dev/null
expect "what is typed all day goes without it" 1 "$("$prefix/bin/hearsay" find --count without)"
mv away "$prefix/libexec/hearsay/hearsay-full"
mv "$prefix/libexec/hearsay/hearsay-link" away
refused 1 "hearsay-link is neither beside" "$prefix/bin/hearsayd"
mv away "$prefix/libexec/hearsay/hearsay-link"

make -s -C "$SOURCE" uninstall PREFIX="$prefix" >/dev/null
expect "files left by uninstall" "" "$(find "$prefix" -type f -o -type l)"
