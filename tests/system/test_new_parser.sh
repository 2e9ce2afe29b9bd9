#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# tools/new-parser in a copy of the tree: what it writes compiles without warning, passes its test, replays its
# seeds, is registered everywhere, and is never written over.
set -eu
cd "$(dirname "$0")/../.."
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -R src tests fuzz tools "$copy"
cd "$copy"

fail() {
	echo "FAIL: $1" >&2
	exit 1
}

flags="-std=gnu17 -D_GNU_SOURCE -O1 -g -Isrc -Itests/support -Wall -Wextra -Werror -Wconversion -Wsign-conversion
-Wshadow -Wvla -Wundef -Wcast-qual -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wwrite-strings
-Wpointer-arith -Wswitch-enum -Wimplicit-fallthrough -Wnull-dereference -fsanitize=address,undefined
-fno-sanitize-recover=undefined"
cc=${CC:-gcc}

tools/new-parser zzstream >/dev/null || fail "a stream parser is written"
tools/new-parser zzgram --udp >/dev/null || fail "a datagram parser is written"

mkdir objects
for source in src/core/addr.c src/core/json.c src/core/utf8.c src/record/observation.c src/inspect/l7_settings.c src/inspect/view_event.c src/net/anomaly.c \
    tests/support/fake_sink.c \
    tests/support/l7_drive.c; do
	$cc $flags -c "$source" -o "objects/$(basename "$source" .c).o"
done
for name in zzstream zzgram; do
	for source in "src/proto/$name.c" "src/inspect/eve_$name.c" "src/inspect/l7_$name.c" "tests/unit/test_$name.c" \
	    "fuzz/$name/fuzz.c"; do
		$cc $flags -c "$source" -o "$(echo "$source" | tr / _).o" || fail "$source compiles"
	done
	glue="src_proto_$name.c.o src_inspect_eve_$name.c.o src_inspect_l7_$name.c.o"
	$cc $flags "tests_unit_test_$name.c.o" $glue objects/*.o -lcmocka -lm -o "test_$name"
	"./test_$name" >test.log 2>&1 || { cat test.log >&2; fail "the test of $name passes"; }
	$cc $flags "fuzz_${name}_fuzz.c.o" fuzz/replay.c $glue objects/*.o -lm -o "replay_$name"
	"./replay_$name" "fuzz/$name/corpus" >test.log 2>&1 || { cat test.log >&2; fail "the seeds of $name replay"; }
	for list in src/proto/meson.build src/inspect/meson.build tests/unit/meson.build fuzz/meson.build \
	    src/inspect/l7_table.c src/inspect/view_event_list.h src/record/observation.h src/record/observation.c; do
		grep -qi "$name" "$list" || fail "$name is in $list"
	done
	grep -rn '@' src/proto/$name.[ch] src/inspect/*_$name.[ch] "tests/unit/test_$name.c" "fuzz/$name/fuzz.c" &&
		fail "nothing of the template is left in $name"
done
$cc $flags -c src/inspect/l7_table.c -o table.o || fail "the table compiles"
sed -n '/l7_table_tcp\[\]/,/};/p' src/inspect/l7_table.c | grep -q l7_zzstream_parser || fail "a stream is in the table of TCP"
sed -n '/l7_table_udp\[\]/,/};/p' src/inspect/l7_table.c | grep -q l7_zzgram_parser || fail "datagrams are in the table of UDP"

before=$(cat src/proto/zzstream.c src/proto/meson.build | cksum)
tools/new-parser zzstream >/dev/null 2>&1 && fail "a parser is never written over"
test "$before" = "$(cat src/proto/zzstream.c src/proto/meson.build | cksum)" || fail "a refusal changes nothing"
for bad in '../x' 'Upper' '9p' 'a' 'a_b' ''; do
	tools/new-parser "$bad" >/dev/null 2>&1 && fail "'$bad' is not a name"
done
echo "new-parser: ok"
