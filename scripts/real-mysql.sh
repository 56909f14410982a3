#!/usr/bin/env bash
# Real MySQL on a Debian machine, for the tests:
#   scripts/real-mysql.sh start    prints mysql://user:password@127.0.0.1:port/ for TEST_MYSQL_URL
#   scripts/real-mysql.sh status   the same while it runs; else one line on stderr and exit 1
#   scripts/real-mysql.sh stop
# The first start installs Debian sid with mysql-server into .local/real-mysql (about a minute, 1 GB) and runs it from
# there by chroot; nothing else of the machine is changed. Exit 69 when that is not possible here, with the reason.
# DEBIAN_MIRROR names the archive; without it the machine's own apt sources do, else deb.debian.org.
set -euo pipefail

home="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/.local/real-mysql"
root="$home/debian"
url_file="$home/url"
# As the server sees them.
run=/run/mysqld
data=/var/lib/mysql-test

cannot() {
  echo "real MySQL cannot be set up here: $1" >&2
  exit 69
}

fail() {
  echo "real-mysql.sh: $1" >&2
  exit 1
}

# The server's process id, if it is alive and really ours.
server_pid() {
  local pid
  pid=$(cat "$root$run/mysqld.pid" 2>/dev/null) || return 1
  [[ "$(readlink "/proc/$pid/root" 2>/dev/null)" == "$root" ]] && echo "$pid"
}

mirror() {
  local found
  found=${DEBIAN_MIRROR:-$(
    cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
      sed -nE 's/^(URIs:|deb( +\[[^]]*\])?) *(https?:\/\/[^ ]*\/debian)\/?( .*)?$/\3/p' | head -n 1
  )}
  echo "${found:-http://deb.debian.org/debian}"
}

# Leaves the folder of a debootstrap that runs from where it was unpacked, or nothing when the machine has its own.
own_debootstrap() {
  command -v debootstrap >/dev/null && return
  command -v apt-get >/dev/null || cannot 'neither debootstrap nor apt-get is installed'
  local unpacked="$home/debootstrap"
  if [[ ! -d "$unpacked/usr/share/debootstrap" ]]; then
    rm -rf "$unpacked" && mkdir -p "$unpacked/package"
    (cd "$unpacked/package" && { apt-get download debootstrap || { apt-get update && apt-get download debootstrap; }; }) \
      >"$home/install.log" 2>&1 || cannot "apt-get cannot download debootstrap (see $home/install.log)"
    dpkg-deb -x "$unpacked"/package/*.deb "$unpacked"
  fi
  echo "$unpacked"
}

install_server() {
  command -v wget >/dev/null || cannot 'wget is not installed'
  local unpacked from proxy
  unpacked=$(own_debootstrap)
  from=$(mirror)
  proxy=$(apt-config dump --format '%v' Acquire::http::Proxy 2>/dev/null || true)
  [[ -z "$proxy" || "$proxy" == DIRECT ]] || export http_proxy="$proxy"
  wget -q -T 20 -t 2 -O /dev/null "$from/dists/sid/InRelease" || cannot "no Debian sid at $from"

  echo "installing Debian sid with mysql-server from $from into $home" >&2
  rm -rf "$root.part"
  local command=(debootstrap)
  [[ -z "$unpacked" ]] || command=(env DEBOOTSTRAP_DIR="$unpacked/usr/share/debootstrap" sh "$unpacked/usr/sbin/debootstrap")
  # What debootstrap mounts goes with the namespace, however it ends.
  if unshare --mount true 2>/dev/null; then command=(unshare --mount --propagation private "${command[@]}"); fi
  # The packages run as root: without the key of Debian, rather none.
  "${command[@]}" --force-check-gpg --variant=minbase --include=mysql-server sid "$root.part" "$from" >"$home/install.log" 2>&1 ||
    cannot "$(grep -E '^[EW]: ' "$home/install.log" | tail -n 1) (see $home/install.log)"
  chroot "$root.part" apt-get clean
  mv "$root.part" "$root"
}

# The data folder is made by the server itself, and its TLS certificates with it.
initialise() {
  [[ -d "$root$data/mysql" ]] && return
  rm -rf "${root:?}$data"
  chroot "$root" install -d -o mysql -g mysql -m 750 "$data"
  chroot "$root" mysqld --no-defaults --user=mysql --initialize-insecure --datadir="$data" >"$home/server.log" 2>&1 || {
    rm -rf "${root:?}$data"
    fail "the data folder was not made: $(errors)"
  }
}

errors() {
  { grep -F '[ERROR]' "$home/server.log" || tail -n 3 "$home/server.log"; } | head -n 1
}

free_port() {
  local port=13306
  while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  echo "$port"
}

start_server() {
  local port password init="$data/init.sql"
  port=$(free_port)
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  chroot "$root" install -d -o mysql -g mysql -m 750 "$run"
  rm -f "$root$run/mysqld.pid" "$url_file"
  # root has no password, so nobody may be it; a new password for our own user at each start.
  (
    umask 077
    cat >"$root$init" <<SQL
DROP USER IF EXISTS 'root'@'localhost';
CREATE USER IF NOT EXISTS 'snowstream'@'127.0.0.1' IDENTIFIED WITH caching_sha2_password BY '$password';
ALTER USER 'snowstream'@'127.0.0.1' IDENTIFIED WITH caching_sha2_password BY '$password';
GRANT ALL PRIVILEGES ON *.* TO 'snowstream'@'127.0.0.1' WITH GRANT OPTION;
SQL
  )
  chroot "$root" chown mysql "$init"
  # Now, so that the last run's log is not taken for this one's.
  : >"$home/server.log"
  setsid chroot "$root" mysqld --no-defaults --user=mysql --datadir="$data" --init-file="$init" \
    --bind-address=127.0.0.1 --port="$port" --mysqlx=OFF --socket="$run/mysqld.sock" --pid-file="$run/mysqld.pid" \
    --skip-name-resolve --skip-log-bin --default-time-zone=+00:00 --local-infile=1 --max-allowed-packet=64M \
    --innodb-buffer-pool-size=256M --innodb-flush-log-at-trx-commit=2 \
    </dev/null >>"$home/server.log" 2>&1 9>&- &
  local child=$!
  # The server listens after the statements of its init file have run.
  until grep -qF 'ready for connections' "$home/server.log" && server_pid >/dev/null; do
    kill -0 "$child" 2>/dev/null || { rm -f "$root$init"; fail "the server did not start: $(errors)"; }
    sleep 0.2
  done
  rm -f "$root$init"
  (umask 077 && echo "mysql://snowstream:$password@127.0.0.1:$port/" >"$url_file")
}

start() {
  if ! server_pid >/dev/null; then
    [[ -d "$root" ]] || install_server
    initialise
    start_server
  fi
  cat "$url_file"
}

stop() {
  local pid
  rm -f "$url_file"
  pid=$(server_pid) || return 0
  kill "$pid"
  for _ in $(seq 150); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.2
  done
  kill -KILL "$pid"
}

# Two that start or stop at once wait for each other; the server does not inherit the lock.
alone() {
  mkdir -p "$home"
  exec 9>"$home/lock"
  flock 9
  "$@"
}

case "${1:-}" in
  start)
    [[ -e /etc/debian_version ]] || cannot 'this is no Debian'
    [[ "$(id -u)" == 0 ]] || cannot 'it takes root'
    alone start
    ;;
  stop) [[ ! -d "$root" ]] || alone stop ;;
  status)
    server_pid >/dev/null || fail 'no server of this checkout runs: scripts/real-mysql.sh start'
    cat "$url_file"
    ;;
  *) echo 'usage: scripts/real-mysql.sh start|stop|status' >&2 && exit 2 ;;
esac
