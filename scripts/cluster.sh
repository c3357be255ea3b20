#!/usr/bin/env bash
# Starts three silos and a Redis on this machine's loopback: a cluster to try out, to kill and to watch. Ctrl-C stops all of it.
#
#   scripts/cluster.sh                     three silos, each with every role, pages at http://localhost:8081, 8082 and 8083
#   scripts/cluster.sh --source simulator  options are passed on to every silo
#
# The silos' data lies in artifacts/cluster; CLUSTER_DATA chooses another folder. API_KEY opens what changes state; without it one is made.
# CLUSTER_WEB_PORTS ("8081 8082 8083": a silo each), CLUSTER_SILO_PORTS ("11111 11112 11113"), CLUSTER_GATEWAY_PORTS ("30001 30002 30003") and CLUSTER_REDIS_PORT (16379)
# choose other ports. MARKET_SILO names a silo that is built already (OrleansMarket.Silo.dll); without it one is built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly data=${CLUSTER_DATA:-$PWD/artifacts/cluster} redis_port=${CLUSTER_REDIS_PORT:-16379}
read -ra web_ports <<< "${CLUSTER_WEB_PORTS:-8081 8082 8083}"
read -ra silo_ports <<< "${CLUSTER_SILO_PORTS:-11111 11112 11113}"
read -ra gateway_ports <<< "${CLUSTER_GATEWAY_PORTS:-30001 30002 30003}"
command -v redis-server > /dev/null || { echo "expected redis-server, found none: install it, on Debian with apt-get install redis-server" >&2; exit 1; }
mkdir -p "$data/redis"
if [ -z "${API_KEY:-}" ]; then
  [ -s "$data/api-key" ] || (umask 077; od -An -tx1 -N24 /dev/urandom | tr -d ' \n' > "$data/api-key")
  API_KEY=$(cat "$data/api-key")
  echo "API key: in $data/api-key"
fi
export API_KEY

program=${MARKET_SILO:-}
if [ -z "$program" ]; then
  dotnet build src/OrleansMarket.Silo -c Release -v quiet -clp:NoSummary
  program=$PWD/src/OrleansMarket.Silo/bin/Release/net10.0/OrleansMarket.Silo.dll
fi

started=()
# In a session of its own: a Ctrl-C in this terminal reaches this script only, which stops one after the other.
start() {
  setsid "$@" &
  started+=($!)
}
stop() {
  trap - EXIT INT TERM HUP
  # All silos, then Redis: their last words go there.
  kill "${started[@]:1}" 2> /dev/null || true
  for process in "${started[@]:1}"; do wait "$process" 2> /dev/null || true; done
  kill "${started[0]:-}" 2> /dev/null || true
  wait "${started[0]:-}" 2> /dev/null || true
  exit
}
trap stop EXIT INT TERM HUP

start redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$data/redis" --save "" --appendonly yes --appendfsync always --loglevel warning
for index in "${!web_ports[@]}"; do
  name=silo-$((index + 1)) url=http://localhost:${web_ports[$index]}
  export Cluster__Redis=127.0.0.1:$redis_port Cluster__Name=$name Cluster__Address=127.0.0.1 \
    Cluster__SiloPort="${silo_ports[$index]}" Cluster__GatewayPort="${gateway_ports[$index]}"
  start dotnet "$program" --data "$data/$name" --urls "$url" "$@"
  echo "$name: process $!, $url"
done
wait
