#!/usr/bin/env bash
# pkg_config.sh PREFIX SOURCE COMPILER...: builds SOURCE with what pkg-config says about the installed component; runs it.
set -euo pipefail
prefix=$1 source=$2
shift 2
PKG_CONFIG_PATH=$(find "$prefix" -type d -name pkgconfig)
export PKG_CONFIG_PATH
export LD_LIBRARY_PATH=${PKG_CONFIG_PATH%/pkgconfig}
read -ra flags <<<"$(pkg-config --cflags --libs smmuv3)"
"$@" "$source" "${flags[@]}" -o "$prefix/consumer"
"$prefix/consumer"
