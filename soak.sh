#!/usr/bin/env bash
# Disturbs a cluster of three silos, under 5,000 trades a second over 50 symbols, in every way that ClusterOutageTests knows: each of them once, and a
# kill -9 of a random silo twenty times. Writes docs/soak/<date>.md with seed, commit, outcome and duration of each. Takes about an hour.
#
#   ./soak.sh             SOAK_KILLS=20 SOAK_SEED=1
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly kills=${SOAK_KILLS:-20} seed=${SOAK_SEED:-1} suite=tests/OrleansMarket.Cluster.Tests
MARKET_REDIS=${MARKET_REDIS:-$(command -v redis-server)} || { echo "expected redis-server, found none" >&2; exit 1; }
export MARKET_REDIS
report=docs/soak/$(date -u +%Y-%m-%d).md
mkdir -p docs/soak artifacts
dotnet build "$suite" -c Release -v quiet -clp:NoSummary

failed=0
run() {
  local name=$1 begun=$SECONDS outcome=passed
  SOAK_SEED=$2 timeout 600 dotnet test "$suite" -c Release --no-build --nologo --filter "FullyQualifiedName~ClusterOutageTests.$name" > "artifacts/soak-$name-$2.log" 2>&1 \
    || { outcome=FAILED; failed=$((failed + 1)); }
  printf '| %s | %s | %s | %d s |\n' "$name" "$2" "$outcome" $((SECONDS - begun)) | tee -a "$report"
}

{
  printf '# Soak of %s\n\n' "$(date -u +%Y-%m-%d)"
  printf 'Commit %s, seed %s, %s cores. Three silos with all roles, one Redis (`appendfsync always`), 5,000 trades/s over 50 symbols. A run passes when every candle\n' \
    "$(git rev-parse --short HEAD)" "$seed" "$(nproc)"
  printf 'equals that of the undisturbed tape and the telling of every alert has ended; its time holds the start of the cluster and the recovery.\n\n'
  printf '| Disturbance | Seed | Outcome | Time |\n|---|---|---|---|\n'
} > "$report"
for name in RollingRestart FrozenSilo RedisAwayForAMinute IngressCutOff; do run "$name" "$seed"; done
for ((kill = 0; kill < kills; kill++)); do run KilledSilo $((seed + kill)); done
printf '\n%d of %d runs failed.\n' "$failed" $((kills + 4)) | tee -a "$report"
[ "$failed" -eq 0 ]
