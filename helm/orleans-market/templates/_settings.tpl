{{/* The names of the host's settings: the only place where they stand. */}}

{{/* Settings of every silo, as JSON: name and value. */}}
{{- define "orleans-market.settings" -}}
{{- $hosts := concat .Values.ingress.hosts .Values.settings.allowedHosts | uniq -}}
{{- $settings := dict
  "ASPNETCORE_URLS" "http://+:8080"
  "SYMBOLS" (join "," .Values.settings.symbols)
  "LOG_LEVEL" .Values.settings.logLevel
  "Streams__Provider" .Values.streams.provider
  "Cluster__ServiceId" .Values.cluster.serviceId
  "Cluster__ClusterId" .Values.cluster.clusterId
  "Cluster__ShutdownTimeout" (include "orleans-market.timeSpan" .Values.cluster.shutdownSeconds)
  "ORLEANS_SERVICE_ID" .Values.cluster.serviceId
  "ORLEANS_CLUSTER_ID" .Values.cluster.clusterId
-}}
{{- if include "orleans-market.secretFiles" . | fromJsonArray -}}{{- $_ := set $settings "SECRETS_DIR" "/run/secrets/orleans-market" -}}{{- end -}}
{{- if $hosts -}}{{- $_ := set $settings "ALLOWED_HOSTS" (join ";" $hosts) -}}{{- end -}}
{{- if .Values.redis.tryout.enabled -}}{{- $_ := set $settings "Cluster__Redis" (printf "%s:6379" (include "orleans-market.redisName" .)) -}}
{{- else if .Values.redis.endpoint -}}{{- $_ := set $settings "Cluster__Redis" .Values.redis.endpoint -}}{{- end -}}
{{- if .Values.influx.url -}}
{{- $_ := set $settings "Influx__Url" .Values.influx.url -}}
{{- $_ := set $settings "Influx__Org" .Values.influx.org -}}
{{- $_ := set $settings "Influx__Bucket" .Values.influx.bucket -}}
{{- end -}}
{{- if .Values.settings.otlpEndpoint -}}{{- $_ := set $settings "OTEL_EXPORTER_OTLP_ENDPOINT" .Values.settings.otlpEndpoint -}}{{- end -}}
{{- range $name, $value := .Values.settings.extra -}}{{- $_ := set $settings $name (include "orleans-market.settingText" $value) -}}{{- end -}}
{{- toJson $settings -}}
{{- end -}}

{{/* What settings.extra may not set, by name in lower case, for names of settings know no case: what to set instead. */}}
{{- define "orleans-market.ownSettings" -}}
{{- $fixed := "probes, services and network policy count on it" -}}
{{- dict
  "symbols" "set settings.symbols"
  "log_level" "set settings.logLevel"
  "allowed_hosts" "set settings.allowedHosts"
  "otel_exporter_otlp_endpoint" "set settings.otlpEndpoint"
  "streams__provider" "set streams.provider"
  "cluster__serviceid" "set cluster.serviceId"
  "orleans_service_id" "set cluster.serviceId"
  "cluster__clusterid" "set cluster.clusterId"
  "orleans_cluster_id" "set cluster.clusterId"
  "cluster__shutdowntimeout" "set cluster.shutdownSeconds, which the pod's grace follows"
  "cluster__redis" "set redis.endpoint or secrets.redis.existingSecret"
  "cluster__roles" "set mode"
  "influx__url" "set influx.url"
  "influx__org" "set influx.org"
  "influx__bucket" "set influx.bucket"
  "cluster__name" "it is the name of the pod"
  "cluster__address" "it is the address of the pod"
  "aspnetcore_urls" $fixed
  "cluster__siloport" $fixed
  "cluster__gatewayport" $fixed
  "secrets_dir" "secrets are where secrets.….existingSecret puts them"
| toJson -}}
{{- end -}}

{{/* A number as people write it: helm's own way with 10000000 is 1e+07. */}}
{{- define "orleans-market.settingText" -}}
{{- if and (kindIs "float64" .) (eq . (floor .)) -}}{{- printf "%.0f" . -}}{{- else -}}{{- toString . -}}{{- end -}}
{{- end -}}

{{/* Secrets, as JSON: the setting that each is, and where it is. */}}
{{- define "orleans-market.secretFiles" -}}
{{- $files := list -}}
{{- $settings := dict "apiKey" "API_KEY" "slackWebhookUrl" "SLACK_WEBHOOK_URL" "redis" "Cluster__Redis" "redisPassword" "Cluster__RedisPassword" "influxToken" "Influx__Token" "eventHubs" "Streams__EventHubs__ConnectionString" -}}
{{- range $name, $secret := .Values.secrets -}}
{{- if $secret.existingSecret -}}
{{- $files = append $files (dict "setting" (get $settings $name) "secret" $secret.existingSecret "key" $secret.key) -}}
{{- end -}}
{{- end -}}
{{- toJson $files -}}
{{- end -}}

{{- define "orleans-market.timeSpan" -}}
{{- $seconds := int . -}}
{{- printf "%02d:%02d:%02d" (div $seconds 3600) (mod (div $seconds 60) 60) (mod $seconds 60) -}}
{{- end -}}
