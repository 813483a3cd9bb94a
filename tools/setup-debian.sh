#!/bin/sh
# Installs what the tests and the demo need on Debian beyond Node: engines and kernels to run
# against. Says what it does, and does only what is missing.
set -eu

packages="
  lxc                 containers of the demo and of the tests
  busybox-static      what runs inside them
  iproute2            limits of the network
  user-mode-linux     a second kernel, for cgroup v2
  shellcheck          reads packaging/sc-restore
  atop                measures containers for a test of what monitors post
  strace              sees whether the server does more than its unit lets it do
  prometheus          its promtool reads what /metrics says
  victoria-metrics    a store that the outputs of the history are tested against
  postgresql-15       a database that the benchmark of real programs puts into a container
  nginx               a web server for the same
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

# Some of them are servers, which Debian starts when it installs them. Here none may run or listen,
# not after the next boot either: what is tested is started by its test, in a container.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

apt-get update -q
# shellcheck disable=SC2086 # a list of words
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
# A pair each: what is installed, and what would start.
for pair in atop:atop atop:atopacct postgresql:postgresql nginx:nginx prometheus:prometheus \
  victoria-metrics:victoria-metrics; do
  server=${pair#*:}
  case " $missing " in
    *" ${pair%:*}"*) update-rc.d "$server" disable >/dev/null 2>&1 || say "$server may start at boot" ;;
  esac
done
[ -e /usr/share/lxc/templates/lxc-busybox ] || {
  say "lxc has no busybox template: the tests of LXC will be skipped"
  exit 1
}
say "installed: $missing"
