#!/usr/bin/env bash
# Disturbs clusters of three silos, under 5,000 trades a second over 50 symbols, in every way that ClusterOutageTests knows: with a Redis that is durable
# always and with one that is every second, and a kill -9 of a random silo twenty times. Writes docs/soak/<date>.md with seed, commit, outcome and times to
# recover. Takes about half an hour.
#
#   ./soak.sh             SOAK_KILLS=20 SOAK_SEED=1
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly kills=${SOAK_KILLS:-20} seed=${SOAK_SEED:-1} kills_per_round=5 suite=tests/OrleansMarket.Cluster.Tests
MARKET_REDIS=${MARKET_REDIS:-$(command -v redis-server)} || { echo "expected redis-server, found none" >&2; exit 1; }
export MARKET_REDIS SOAK_MINUTES=20
report=docs/soak/$(date -u +%Y-%m-%d).md
mkdir -p docs/soak artifacts
dotnet build "$suite" -c Release -v quiet -clp:NoSummary

# Each round has a cluster of its own; the first and the last one are disturbed in every way.
round() {
  local number=$1 round_kills=$2 tests=$3 fsync=$4 begun=$SECONDS outcome=passed log=artifacts/soak-$1.log
  SOAK_KILLS=$round_kills SOAK_SEED=$((seed + number - 1)) SOAK_FSYNC=$fsync timeout 1500 dotnet test "$suite" -c Release --no-build --nologo \
    --filter "FullyQualifiedName~ClusterOutageTests.$tests" --logger "console;verbosity=detailed" > "$log" 2>&1 || outcome=FAILED
  printf '\n## Round %d: seed %d, %d kills, `appendfsync %s`, %s after %d s\n\n' "$number" $((seed + number - 1)) "$round_kills" "$fsync" "$outcome" $((SECONDS - begun))
  grep -E '^ +(silo-[0-9]: its shards|.*: whole again)|^ +Failed ' "$log" | sed -E 's/^ +/- /' || true
}

{
  printf '# Soak of %s\n\n' "$(date -u +%Y-%m-%d)"
  printf 'Commit %s, seed %s, %s cores, load %s at the start. Three silos with all roles, one Redis, 5,000 trades/s over 50 symbols.\n' \
    "$(git rev-parse --short HEAD)" "$seed" "$(nproc)" "$(cut -d' ' -f1 /proc/loadavg)"
  printf 'A disturbance has passed when every 1-second and 1-minute candle of every symbol equals that of the undisturbed tape, and every transition of an alert is in\n'
  printf 'Slack (alone, in a group or in the digest of what was beyond the budget), again only where it says so, or says why it was not told.\n'
  printf '"Whole again" is the time from the end of the disturbance until the candles were equal.\n'
} > "$report"
for ((number = 1, left = kills; left > 0; number++, left -= kills_per_round)); do
  tests=KilledSilo fsync=always
  if [ "$left" -le "$kills_per_round" ] && [ "$number" -gt 1 ]; then fsync=everysec; fi
  if [ "$number" -eq 1 ] || [ "$fsync" = everysec ]; then tests=; fi
  round "$number" $((left < kills_per_round ? left : kills_per_round)) "$tests" "$fsync" | tee -a "$report"
done
printf '\n%s\n' "$(grep -c '^## Round .*passed' "$report") of $(grep -c '^## Round' "$report") rounds passed, $kills kills in all." | tee -a "$report"
! grep -q '^## Round .*FAILED' "$report"
