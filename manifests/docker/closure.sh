#!/bin/sh
# closure.sh ROOT PROGRAM...: copy programs and the shared libraries that they need, found by ldd, to their places
# under ROOT. What comes out runs in an image that holds nothing else.
set -eu

root=$1
shift
for program; do
	# "NAME => PATH (ADDRESS)", and for the loader "PATH (ADDRESS)"
	needed=$(ldd "$program")
	case $needed in
	*'not found'*)
		echo "closure: $program needs a library that is not there: $needed" >&2
		exit 1
		;;
	esac
	for path in $(echo "$needed" | awk '$2 == "=>" { print $3 } $1 ~ /^\// { print $1 }'); do
		install -D -m 755 "$path" "$root$path"
	done
	install -D -m 755 -s "$program" "$root$program"
done
