#!/bin/sh
# First process of the second kernel: makes of a read-only machine one that a command can run on,
# with the controllers of cgroup v2 enabled, runs the command and switches the kernel off. Kernel
# and script speak on the first console, the command on the second.
set -eu
folder=${0%/*}

switch_off() {
  echo "init ends with status $?"
  echo o >/proc/sysrq-trigger
  sleep 60
}
mount -t proc proc /proc
trap switch_off EXIT

mount -t sysfs sysfs /sys
mkdir /dev/pts /dev/shm
mount -t devpts -o ptmxmode=0666 devpts /dev/pts
ln -s /proc/self/fd /dev/fd
for place in /dev/shm /run /tmp /var/tmp /var/cache /var/log /var/lib/lxc; do
  [ ! -d "$place" ] || mount -t tmpfs tmpfs "$place"
done

# What that has hidden comes back where it was: the folder of this run, and the project's tree.
show_again() {
  mkdir -p "$2"
  mount -t hostfs -o "$1,$2" hostfs "$2"
}
show_again rw "$folder"
tree=$(cat "$folder/tree")
[ -e "$tree/package.json" ] || show_again ro "$tree"

# As systemd lays it out, and LXC expects it: the first process has a group, the others lie beside.
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir /sys/fs/cgroup/init.scope
echo $$ >/sys/fs/cgroup/init.scope/cgroup.procs
echo "+cpu +memory +io +pids" >/sys/fs/cgroup/cgroup.subtree_control

hostname second-kernel
ip link set lo up
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/tmp NO_COLOR=1 NODE_COMPILE_CACHE=/tmp/node-compile-cache

stty -F /dev/tty1 -opost
# Through a pipe: on a terminal programs speak otherwise.
{
  status=0
  sh "$folder/command" </dev/null 2>&1 || status=$?
  echo "$status" >"$folder/status"
} | cat >/dev/tty1
# Not before all of it has been written.
stty -F /dev/tty1 opost
