#!/usr/bin/env bash
# Starts the product: the silo where its packages restore, else the standalone host. Options are passed on to it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if ! command -v dotnet > /dev/null || ! dotnet --version > /dev/null 2>&1; then
  echo "OrleansMarket needs the .NET 10 SDK (global.json says which); get it from https://dotnet.microsoft.com/download" >&2
  exit 1
fi

host=OrleansMarket.Standalone
if dotnet restore src/OrleansMarket.Silo > /dev/null; then
  host=OrleansMarket.Silo
  echo "Starting the silo." >&2
elif EventHubs=false dotnet restore src/OrleansMarket.Silo > /dev/null; then
  host=OrleansMarket.Silo
  export EventHubs=false
  echo "Starting the silo without Event Hubs: its packages do not restore here." >&2
else
  echo "Starting the standalone host: the silo's packages do not restore here." >&2
fi

# Either host finds what the other kept.
case " $* " in
  *" --data"*) ;;
  *) set -- --data "$PWD/data" "$@" ;;
esac
exec dotnet run -c Release --project "src/$host" -- serve "$@"
