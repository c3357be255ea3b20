{{- define "orleans-market.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* 54 characters, so that the suffix of a role and the hash of a pod still fit. */}}
{{- define "orleans-market.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 54 | trimSuffix "-" -}}
{{- else if contains (include "orleans-market.name" .) .Release.Name -}}
{{- .Release.Name | trunc 54 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "orleans-market.name" .) | trunc 54 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "orleans-market.selectorLabels" -}}
app.kubernetes.io/name: {{ include "orleans-market.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "orleans-market.labels" -}}
{{ include "orleans-market.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | trunc 63 | quote }}
app.kubernetes.io/part-of: orleans-market
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{/* What every silo has and nothing else of the release: the in-release Redis and the test pod carry another part. */}}
{{- define "orleans-market.siloLabels" -}}
{{ include "orleans-market.selectorLabels" . }}
orleans-market/part: silo
{{- end -}}

{{/* 46 characters: a stateful set adds its own hash, and puts the whole into a label. */}}
{{- define "orleans-market.redisName" -}}
{{- printf "%s-redis" (include "orleans-market.fullname" . | trunc 46 | trimSuffix "-") -}}
{{- end -}}

{{- define "orleans-market.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "orleans-market.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "orleans-market.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* The workloads, as JSON: component, name, roles and values of each. */}}
{{- define "orleans-market.workloads" -}}
{{- $fullname := include "orleans-market.fullname" . -}}
{{- $list := list -}}
{{- if eq .Values.mode "combined" -}}
{{- $list = append $list (dict "component" "silo" "name" $fullname "roles" (list "ingress" "market" "web") "values" .Values.roles.combined) -}}
{{- else -}}
{{- range $role := list "ingress" "market" "web" -}}
{{- $list = append $list (dict "component" $role "name" (printf "%s-%s" $fullname $role) "roles" (list $role) "values" (get $.Values.roles $role)) -}}
{{- end -}}
{{- end -}}
{{- toJson $list -}}
{{- end -}}

{{/* "true" when silos keep their state in Redis and find each other there; else there is one, with a volume. */}}
{{- define "orleans-market.isCluster" -}}
{{- if or .Values.redis.endpoint .Values.redis.tryout.enabled .Values.secrets.redis.existingSecret -}}true{{- end -}}
{{- end -}}

{{/* What no schema can say. */}}
{{- define "orleans-market.validate" -}}
{{- if not (regexMatch "^[a-z]" (include "orleans-market.fullname" .)) -}}
{{- fail (printf "the name of a Service begins with a letter, found %q: set fullnameOverride" (include "orleans-market.fullname" .)) -}}
{{- end -}}
{{- $several := or (eq .Values.mode "separate") (gt (int .Values.roles.combined.replicas) 1) .Values.roles.combined.autoscaling.enabled -}}
{{- if and $several (not (include "orleans-market.isCluster" .)) -}}
{{- fail "more than one silo needs Redis: set secrets.redis.existingSecret or redis.endpoint, or redis.tryout.enabled=true to try it" -}}
{{- end -}}
{{- if and (include "orleans-market.isCluster" .) (not .Values.secrets.apiKey.existingSecret) -}}
{{- fail "silos that share a Redis need one API key: set secrets.apiKey.existingSecret to a secret that holds it" -}}
{{- end -}}
{{- if gt (len (compact (list .Values.redis.endpoint (.Values.redis.tryout.enabled | ternary "tryout" "") .Values.secrets.redis.existingSecret))) 1 -}}
{{- fail "one Redis only: set one of secrets.redis.existingSecret, redis.endpoint and redis.tryout.enabled" -}}
{{- end -}}
{{- if and (eq .Values.streams.provider "Redis") (not (include "orleans-market.isCluster" .)) -}}
{{- fail "streams.provider=Redis needs Redis: set secrets.redis.existingSecret or redis.endpoint" -}}
{{- end -}}
{{- if and (eq .Values.streams.provider "EventHubs") (not .Values.secrets.eventHubs.existingSecret) -}}
{{- fail "streams.provider=EventHubs needs secrets.eventHubs.existingSecret" -}}
{{- end -}}
{{- if and .Values.secrets.redisPassword.existingSecret (not .Values.redis.endpoint) -}}
{{- fail "secrets.redisPassword needs redis.endpoint, the server that it opens" -}}
{{- end -}}
{{- if and .Values.influx.url (not .Values.secrets.influxToken.existingSecret) -}}
{{- fail "influx.url needs secrets.influxToken.existingSecret" -}}
{{- end -}}
{{- range $role, $values := .Values.roles -}}
{{- if gt (int $values.autoscaling.minReplicas) (int $values.autoscaling.maxReplicas) -}}
{{- fail (printf "roles.%s.autoscaling.minReplicas (%v) is more than maxReplicas (%v)" $role $values.autoscaling.minReplicas $values.autoscaling.maxReplicas) -}}
{{- end -}}
{{- end -}}
{{- range $role := eq .Values.mode "combined" | ternary (list "ingress" "market" "web") (list "combined") -}}
{{- if (get $.Values.roles $role).autoscaling.enabled -}}
{{- fail (printf "roles.%s.autoscaling.enabled scales nothing with mode=%s: there is no workload of that role" $role $.Values.mode) -}}
{{- end -}}
{{- end -}}
{{- range $name, $_ := .Values.settings.extra -}}
{{- with get (include "orleans-market.ownSettings" $ | fromJson) (lower $name) -}}
{{- fail (printf "settings.extra.%s is the chart's own: %s" $name .) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.keda.enabled (not .Values.keda.prometheus) -}}
{{- fail "keda.enabled needs keda.prometheus, the address of the Prometheus that it asks" -}}
{{- end -}}
{{- $scaled := list -}}
{{- range $role, $values := .Values.roles -}}
{{- if $values.autoscaling.enabled -}}{{- $scaled = append $scaled $role -}}{{- end -}}
{{- end -}}
{{- if and .Values.keda.enabled (not $scaled) -}}
{{- fail "keda.enabled scales nothing: set roles.….autoscaling.enabled of the roles that it is to scale" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- fail "ingress.enabled needs ingress.hosts" -}}
{{- end -}}
{{- end -}}

{{/* What every pod of the release needs to be let onto a node, and its image with it. */}}
{{- define "orleans-market.placement" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "orleans-market.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 1654
runAsGroup: 1654
fsGroup: 1654
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "orleans-market.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "orleans-market.scalingBehavior" -}}
scaleUp:
  stabilizationWindowSeconds: 60
  policies: [{ type: Pods, value: 2, periodSeconds: 60 }]
scaleDown: # each silo that goes hands over its grains first: one at a time, and only when the quiet lasts
  stabilizationWindowSeconds: 600
  policies: [{ type: Pods, value: 1, periodSeconds: 300 }]
{{- end -}}
