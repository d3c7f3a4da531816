#!/usr/bin/env bash
# Makes sure that what a lane (run, test, lint) needs is there.  Looks for the thing itself before it installs a package.
set -u
lane=$1
here=$(cd "$(dirname "$0")" && pwd)

is_there() {  # probe argument
    case $1 in
        program) command -v "$2" >/dev/null ;;
        header)  echo "#include <$2>" | g++ -std=c++17 -E -x c++ - >/dev/null 2>&1 ;;
        text)    grep -qs "${2#*:}" "/usr/include/${2%:*}" ;;
        library) echo 'int main(){}' | g++ -x c++ - -o /dev/null "-l$2" >/dev/null 2>&1 ;;
    esac
}

missing=()
while read -r l probe argument package; do
    [ "$l" = "$lane" ] || continue
    is_there "$probe" "$argument" || missing+=("$package")
done < "$here/packages.txt"
[ ${#missing[@]} -eq 0 ] && exit 0

install="apt-get install -y --no-install-recommends --no-remove ${missing[*]}"
if [ "${NO_INSTALL:-}" = 1 ]; then
    echo "Missing for '$lane': ${missing[*]}. Install them with: sudo $install" >&2
    exit 2
fi
if [ "$(id -u)" = 0 ]; then as_root=""
elif sudo -n true 2>/dev/null; then as_root="sudo -n"
else
    echo "Missing for '$lane': ${missing[*]}. Install them with: sudo $install" >&2
    exit 2
fi
log=$(mktemp)
if ! { $as_root apt-get update && DEBIAN_FRONTEND=noninteractive $as_root $install; } >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    echo "Could not install ${missing[*]}. Try by hand: sudo $install" >&2
    exit 2
fi
