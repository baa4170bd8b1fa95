#!/bin/sh
# Builds the Debian package from a copy of the sources, and lets lintian look at it.
#   tools/deb.sh BUILD          -> BUILD/deb/tuijin_VERSION_ARCH.deb, .dsc, .changes ...
# Environment: DEB_BUILD_OPTIONS, as dpkg-buildpackage has it: nocheck leaves out the tests.
set -eu
# What make was told here is not for the make of the package.
unset MAKEFLAGS MFLAGS MAKELEVEL CFLAGS LDFLAGS CC SANITIZE PREFIX DESTDIR BUILD || :

mkdir -p "$1"
build=$(realpath "$1")
cd "$(dirname "$0")/.."
tools/deps.sh deb
version=$(dpkg-parsechangelog -S Version)
out=$build/deb
tree=$out/tuijin-$version
rm -rf "$out"
mkdir -p "$tree"
tar -cf - --exclude=./build --exclude=./.git --exclude=__pycache__ --exclude=.pytest_cache \
	--exclude="${build#"$PWD"/}" . | tar -xf - -C "$tree"
# Copies are as anybody has them who unpacks the sources.
chmod -R go-w,a+rX "$tree"

echo "building $out/tuijin_$version"
(cd "$tree" && DEB_BUILD_OPTIONS="${DEB_BUILD_OPTIONS:+$DEB_BUILD_OPTIONS }parallel=$(nproc)" \
	dpkg-buildpackage -us -uc) >"$out/log" 2>&1 || {
	tail -n 40 "$out/log" >&2
	echo "tools/deb.sh: it was not built; all of that is in $out/log" >&2
	exit 65
}
rm -rf "$tree"
if command -v lintian >/dev/null; then
	lintian --allow-root --tag-display-limit 0 --fail-on error "$out"/tuijin_"$version"_*.changes
else
	echo "lintian is not installed: nobody has looked at the package"
fi
ls "$out"/*.deb
