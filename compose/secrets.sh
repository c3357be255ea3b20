#!/bin/sh
# Makes the passwords of docker-compose.yml once, each readable only by the service that needs it.
#   docker compose run --rm secrets show     prints those that people need
set -eu
umask 077
folder=${SECRETS_FOLDER:-/run/secrets}

# A service and the user of its image; for anybody but root the files stay the caller's own.
owners='silo=1654:1654 redis=999:1000 influxdb=1000:1000 grafana=472:0 alertmanager=65534:65534'

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# Writes a file of a service unless it is there.
keep() {
  if [ ! -s "$folder/$1/$2" ]; then put "$1" "$2" "$3"; fi
}

put() {
  mkdir -p "$folder/$1"
  printf '%s\n' "$3" > "$folder/$1/$2"
}

# The content of a file that was made before, or a new password.
known() {
  if [ -s "$folder/$1/$2" ]; then cat "$folder/$1/$2"; else random; fi
}

hand_over() {
  if [ "$(id -u)" -ne 0 ]; then return; fi
  for owner in $owners; do
    service=${owner%%=*}
    if [ -d "$folder/$service" ]; then
      chmod 0500 "$folder/$service"
      chmod 0400 "$folder/$service"/* 2> /dev/null || true
      chown -R "${owner#*=}" "$folder/$service"
    fi
  done
  chmod 0755 "$folder"
}

make() {
  redis_password=$(known silo Cluster__RedisPassword)
  influx_token=$(known silo Influx__Token)
  keep silo API_KEY "$(random)"
  keep silo Cluster__RedisPassword "$redis_password"
  keep silo Influx__Token "$influx_token"
  put redis redis.conf "requirepass $redis_password"
  keep influxdb admin-password "$(random)"
  keep influxdb admin-token "$influx_token"
  keep grafana admin-password "$(random)"
  keep grafana influx-token "$influx_token"
  # The webhook comes from .env, and goes where it goes.
  for place in silo/SLACK_WEBHOOK_URL alertmanager/slack-webhook-url; do
    if [ -n "${SLACK_WEBHOOK_URL:-}" ]; then put "${place%/*}" "${place#*/}" "$SLACK_WEBHOOK_URL"; else rm -f "$folder/$place"; fi
  done
  mkdir -p "$folder/alertmanager"
  hand_over
}

show() {
  make
  printf 'Page and API, http://localhost:8080/    API key   %s\n' "$(cat "$folder/silo/API_KEY")"
  printf 'Grafana,      http://localhost:3001/    admin     %s\n' "$(cat "$folder/grafana/admin-password")"
  printf 'InfluxDB,     influxdb:8086             admin     %s\n' "$(cat "$folder/influxdb/admin-password")"
}

case ${1:-make} in
  make | show) "${1:-make}" ;;
  *) echo "expected make or show, found '$1'" >&2; exit 2 ;;
esac
