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
{{- if .Values.redis.tryout.enabled -}}{{- $_ := set $settings "Cluster__Redis" (printf "%s-redis:6379" (include "orleans-market.fullname" .)) -}}
{{- else if .Values.redis.endpoint -}}{{- $_ := set $settings "Cluster__Redis" .Values.redis.endpoint -}}{{- end -}}
{{- if .Values.influx.url -}}
{{- $_ := set $settings "Influx__Url" .Values.influx.url -}}
{{- $_ := set $settings "Influx__Org" .Values.influx.org -}}
{{- $_ := set $settings "Influx__Bucket" .Values.influx.bucket -}}
{{- end -}}
{{- if .Values.settings.otlpEndpoint -}}{{- $_ := set $settings "OTEL_EXPORTER_OTLP_ENDPOINT" .Values.settings.otlpEndpoint -}}{{- end -}}
{{- range $name, $value := .Values.settings.extra -}}{{- $_ := set $settings $name (toString $value) -}}{{- end -}}
{{- toJson $settings -}}
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
