#!/usr/bin/env bash
# Writes the root directory of a base image, as a tar, to standard output: a
# Debian 12 by debootstrap that reaches the registries as this machine does.
# Stands in for debian:bookworm-slim where that cannot be pulled. Needs root.
#
#   tools/images/base.sh | docker import - triad/base:bookworm
set -euo pipefail

# shellcheck source=tools/debian.sh
source "$(dirname "${BASH_SOURCE[0]}")/../debian.sh"

work=$(mktemp -d -p /var/tmp)
readonly work
trap 'rm -rf "$work"' EXIT
debootstrap_into "$work/root" "$work/log" ca-certificates >&2
take_over_settings "$work/root"
# Docker names the servers of its own network here.
: >"$work/root/etc/resolv.conf"
rm -rf "$work/root"/var/cache/apt/archives/*.deb "$work/root"/var/lib/apt/lists/*
# No daemon is started by the installation of a package.
printf '#!/bin/sh\nexit 101\n' >"$work/root/usr/sbin/policy-rc.d"
chmod 755 "$work/root/usr/sbin/policy-rc.d"
tar --numeric-owner -C "$work/root" -c .
