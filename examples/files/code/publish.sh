#!/bin/sh
# Puts standard input into the file $1. A reader sees the old file or the new one, never half of it.
set -eu

target=$1
part=$(mktemp "$(dirname -- "$target")/.part.XXXXXX")
trap 'rm -f -- "$part"' EXIT

cat >"$part"
sync -- "$part"
mv -f -- "$part" "$target"
