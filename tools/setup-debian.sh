#!/bin/sh
# Installs what the tests and the demo need on Debian beyond Node: engines and kernels to run
# against. Says what it does, and does only what is missing.
set -eu

packages="
  lxc                 containers of the demo and of the tests
  busybox-static      what runs inside them
  user-mode-linux     a second kernel, for cgroup v2
  shellcheck          reads packaging/sc-restore
  strace              sees whether the server does more than its unit lets it do
  prometheus          its promtool reads what /metrics says
"

say() { printf 'setup: %s\n' "$1"; }

if ! command -v apt-get >/dev/null; then
  say "this is not Debian; install by hand:$packages"
  exit 1
fi

missing=$(printf '%s\n' "$packages" | while read -r package purpose; do
  [ -n "$package" ] || continue
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) || status=
  [ "$status" = "install ok installed" ] && continue
  say "$package is missing: $purpose" >&2
  printf '%s ' "$package"
done)

if [ -z "$missing" ]; then
  say "nothing is missing"
  exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
  say "run this as root to install: $missing"
  exit 1
fi

apt-get update -q
# shellcheck disable=SC2086 # a list of words
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
[ -e /usr/share/lxc/templates/lxc-busybox ] || {
  say "lxc has no busybox template: the tests of LXC will be skipped"
  exit 1
}
say "installed: $missing"
