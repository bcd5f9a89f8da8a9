#!/usr/bin/env bash
# A real S3 for tests: Ceph's gateway, with one monitor and one disk in memory.
#   serve.sh DIRECTORY
# Prints "serving http://127.0.0.1:PORT" once it answers, and runs until it is
# ended; the daemons end with it, whatever ends it. Key triad, secret
# triad-secret, bucket triad.
set -euo pipefail

directory=$1
readonly patience=600 # tenths of a second; nothing waits this long when all is well

fail() {
  printf 'serve.sh: %s\n' "$1" >&2
  exit 1
}

# Ceph as ./dev test unpacks it. Its packages are not installed: they would bring
# daemons, users and timers to this machine.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
library=
for package in ceph-base ceph-common ceph-mon ceph-osd radosgw; do
  files=$root/.dev/unpacked/$package/usr
  PATH=$files/bin:$PATH
  for path in "$files"/lib/*-linux-gnu; do LD_LIBRARY_PATH=$path:${LD_LIBRARY_PATH:-}; done
  [ "$package" != ceph-base ] || library=$path
done
export PATH LD_LIBRARY_PATH
for program in ceph-mon ceph-osd radosgw radosgw-admin; do
  command -v $program >/dev/null || fail "$program is not here: run this test by ./dev test"
done

quietly() {
  "$@" >>"$directory/prepare.out" 2>&1 || fail "$1 failed: $(tail -n 3 "$directory/prepare.out")"
}

# Ports that were free a moment ago. Those of the kernel's own choice are not taken.
free_port() {
  local port
  while true; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  printf '%s' $port
}

# start NAME COMMAND...: dies with this shell.
start() {
  setpriv --pdeathsig KILL "${@:2}" </dev/null >"$directory/$1.out" 2>&1 &
  pids[$1]=$!
}

# eventually WHAT COMMAND...: asks until it is so, or a daemon has ended.
eventually() {
  local try name
  for ((try = 0; try < patience; try++)); do
    if "${@:2}" >/dev/null 2>&1; then return; fi
    for name in "${!pids[@]}"; do
      kill -0 "${pids[$name]}" 2>/dev/null ||
        fail "$name has ended: $(tail -n 3 "$directory/$name.out" "$directory/log/"*"$name"* 2>/dev/null)"
    done
    sleep 0.1
  done
  fail "$1 in vain: see $directory/log"
}

declare -A pids=()
mkdir -p "$directory"/{mon,osd,rgw,log}
cluster=$(cat /proc/sys/kernel/random/uuid)
monitor=127.0.0.1:$(free_port)
gateway=127.0.0.1:$(free_port)
export CEPH_CONF=$directory/ceph.conf
cat >"$CEPH_CONF" <<TEXT
[global]
fsid=$cluster
mon host=v1:$monitor
monmap=$directory/monmap
ms bind msgr2=false
public addr=127.0.0.1
cluster addr=127.0.0.1
auth cluster required=none
auth service required=none
auth client required=none
osd pool default size=1
osd pool default min size=1
osd pool default pg num=1
osd pool default pg autoscale mode=off
mon allow pool size one=true
mon max pg per osd=2000
osd crush chooseleaf type=0
osd crush update on start=false
osd class update on start=false
osd objectstore=memstore
memstore device bytes=8589934592
osd data=$directory/osd
mon data=$directory/mon
mon data avail crit=1
paxos propose interval=0.02
paxos min wait=0.01
log file=$directory/log/\$name.log
run dir=$directory
admin socket=$directory/\$name.asok
osd class dir=$library/rados-classes
osd class load list=*
osd class default list=*
erasure code dir=$library/ceph/erasure-code
[client.rgw]
rgw frontends=beast endpoint=$gateway
rgw data=$directory/rgw
rgw dns name=localhost
rgw multipart min part size=65536
rgw mime types file=$directory/mime.types
TEXT
touch "$directory/mime.types"

# The monitor starts with a disk on its map, so that nobody has to add one.
quietly monmaptool --create --clobber --fsid "$cluster" --addv a "[v1:$monitor]" "$directory/monmap"
quietly osdmaptool --createsimple 1 --clobber "$directory/osdmap"
quietly ceph-mon --mkfs -i a --monmap "$directory/monmap" --osdmap "$directory/osdmap"
start mon ceph-mon -i a -f
quietly ceph-osd -i 0 --mkfs --osd-uuid "$(cat /proc/sys/kernel/random/uuid)" --no-mon-config
start osd ceph-osd -i 0 -f --no-mon-config
start rgw radosgw -n client.rgw -f --no-mon-config
quietly radosgw-admin user create --uid=triad --display-name=triad --access-key=triad \
  --secret-key=triad-secret --no-mon-config
# shellcheck disable=SC2317  # called by eventually
answers() { curl --silent --fail --noproxy '*' "http://$gateway/"; }
eventually "waited for the gateway" answers
# Signed as in S3's first years: that takes no more than a line.
date=$(date -uR)
signature=$(printf 'PUT\n\n\n%s\n/triad' "$date" | openssl dgst -sha1 -hmac triad-secret -binary | base64)
curl --silent --fail --noproxy '*' -X PUT -H "Date: $date" -H "Authorization: AWS triad:$signature" \
  "http://$gateway/triad" >/dev/null || fail "the bucket cannot be made: see $directory/log"
printf 'serving http://%s\n' "$gateway"
wait -n "${pids[@]}" || true
fail "a daemon has ended: see $directory/log"
