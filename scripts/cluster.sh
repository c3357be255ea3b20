#!/usr/bin/env bash
# Starts three silos and a Redis on this machine's loopback: a cluster to try out, to kill and to watch. Ctrl-C stops all of it.
#
#   scripts/cluster.sh                     three silos, each with every role, pages at http://localhost:8081, 8082 and 8083
#   scripts/cluster.sh --source simulator  options are passed on to every silo
#
# The silos' data lies in artifacts/cluster; CLUSTER_DATA chooses another folder. API_KEY opens what changes state; without it one is made.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly data=${CLUSTER_DATA:-$PWD/artifacts/cluster} redis_port=${CLUSTER_REDIS_PORT:-16379}
command -v redis-server > /dev/null || { echo "expected redis-server, found none: install it, on Debian with apt-get install redis-server" >&2; exit 1; }
mkdir -p "$data/redis"
if [ -z "${API_KEY:-}" ]; then
  [ -s "$data/api-key" ] || (umask 077; od -An -tx1 -N24 /dev/urandom | tr -d ' \n' > "$data/api-key")
  API_KEY=$(cat "$data/api-key")
  echo "API key: in $data/api-key"
fi
export API_KEY

dotnet build src/OrleansMarket.Silo -c Release -v quiet -clp:NoSummary

started=()
stop() {
  trap - EXIT INT TERM
  # Silos first: their last words go to Redis.
  for ((i = ${#started[@]} - 1; i >= 0; i--)); do
    kill "${started[$i]}" 2> /dev/null || true
    wait "${started[$i]}" 2> /dev/null || true
  done
}
trap stop EXIT INT TERM

redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$data/redis" --save "" --appendonly yes --appendfsync always --loglevel warning &
started+=($!)
for number in 1 2 3; do
  Cluster__Redis=127.0.0.1:$redis_port Cluster__Name=silo-$number Cluster__Address=127.0.0.1 \
    Cluster__SiloPort=$((11110 + number)) Cluster__GatewayPort=$((30000 + number)) \
    dotnet run -c Release --no-build --project src/OrleansMarket.Silo -- --data "$data/silo-$number" --urls "http://localhost:$((8080 + number))" "$@" &
  started+=($!)
  echo "silo-$number: process $!, http://localhost:$((8080 + number))"
done
wait
