#!/bin/sh
# Installs the Debian packages that the named sets need and that are missing.
#   tools/deps.sh build|test|check|deb|package ...
# As root, or through sudo. Asks for nothing, says what it installs.
set -eu

build="gcc make pkg-config libc6-dev libzmq3-dev libmsgpack-dev libhiredis-dev libyaml-dev
	libjansson-dev libsodium-dev libxlsxwriter-dev zlib1g-dev libmicrohttpd-dev
	libcurl4-openssl-dev libncurses-dev gettext redis-server"
test="$build libcmocka-dev python3 python3-pytest python3-pytest-xdist python3-pytest-rerunfailures python3-zmq python3-msgpack python3-redis
	python3-yaml python3-openpyxl python3-selenium chromium chromium-driver fonts-noto-cjk
	prometheus systemd stunnel4 openssl binutils procps tmux mandoc bash-completion"
check="$test clang clang-format libclang-rt-14-dev"
deb="$build dpkg-dev debhelper libcmocka-dev python3 lintian"
package="$deb python3-pytest mmdebstrap systemd"

want=
for set in "$@"; do
	case $set in
	build) want="$want $build" ;;
	test) want="$want $test" ;;
	check) want="$want $check" ;;
	deb) want="$want $deb" ;;
	package) want="$want $package" ;;
	*) echo "deps.sh: no such set: $set (build, test, check, deb, package)" >&2; exit 64 ;;
	esac
done

missing=
for package in $want; do
	dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' ||
		missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
	echo "deps.sh: not a Debian system; please install:$missing" >&2
	exit 69
fi
sudo=
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || { echo "deps.sh: run as root, or install:$missing" >&2; exit 69; }
	sudo=sudo
fi
echo "installing:$missing"
$sudo apt-get update -q
# A Redis that comes with the package is not to start a service here.
$sudo env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
	apt-get install -qy --no-install-recommends $missing
