{{/*
The name that the release's objects begin with. With a component's name, of 19
characters at most, it fits the 52 that a StatefulSet's may have.
*/}}
{{- define "triad.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 32 | trimSuffix "-" -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 32 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 32 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/*
A component is a dict: root (the chart's scope), name (its key in services) and
service (its merged values).
*/}}
{{- define "triad.componentName" -}}
{{- printf "%s-%s" (include "triad.fullname" .root) .name -}}
{{- end -}}

{{/* Labels that select a component's pods. They never change. */}}
{{- define "triad.selectorLabels" -}}
app.kubernetes.io/name: triad
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{- define "triad.commonLabels" -}}
app.kubernetes.io/part-of: triad
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Labels of a component's objects. */}}
{{- define "triad.labels" -}}
{{ include "triad.selectorLabels" . }}
{{ include "triad.commonLabels" .root }}
{{- end -}}

{{/* Labels of objects that belong to no component. */}}
{{- define "triad.releaseLabels" -}}
app.kubernetes.io/name: triad
app.kubernetes.io/instance: {{ .Release.Name }}
{{ include "triad.commonLabels" . }}
{{- end -}}

{{/* Head of a component's object: metadata without annotations. */}}
{{- define "triad.metadata" -}}
name: {{ include "triad.componentName" . }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "triad.labels" . | nindent 2 }}
{{- end -}}

{{/*
Argo CD's order; nobody else looks at it. Secrets from a store are there before
the pods; the services are replaced, and well, before what is in front of them.
*/}}
{{- define "triad.firstWave" -}}
argocd.argoproj.io/sync-wave: "-1"
{{- end -}}
{{- define "triad.lastWave" -}}
argocd.argoproj.io/sync-wave: "1"
{{- end -}}

{{/* HOST:PORT of a component's Service, from inside its namespace. */}}
{{- define "triad.serviceHost" -}}
{{- $service := get (include "triad.services" .root | fromJson) .name -}}
{{- printf "%s:%s" (include "triad.componentName" .) (include "triad.text" $service.service.port) -}}
{{- end -}}

{{- define "triad.gatewayHost" -}}
{{- include "triad.serviceHost" (dict "root" . "name" "gateway") -}}
{{- end -}}

{{- define "triad.tlsSecretName" -}}
{{- .Values.tls.secretName | default (printf "%s-tls" (include "triad.fullname" .)) -}}
{{- end -}}

{{/* Where people reach the suite; what `GET /config` tells as API_BASE_URL. */}}
{{- define "triad.publicUrl" -}}
{{- if .Values.hosts -}}
{{- printf "%s://%s" (ternary "https" "http" .Values.tls.enabled) (first .Values.hosts) -}}
{{- else -}}
{{- printf "http://%s-gateway.%s.svc" (include "triad.fullname" .) .Release.Namespace -}}
{{- end -}}
{{- end -}}

{{- define "triad.priorityClassName" -}}
{{- if .Values.priorityClass.name -}}
{{- .Values.priorityClass.name -}}
{{- else if .Values.priorityClass.create -}}
{{- printf "%s-%s" .Release.Namespace (include "triad.fullname" .) -}}
{{- end -}}
{{- end -}}

{{/* The paths that the gateway answers; the rest is the page's, if there is one. */}}
{{- define "triad.gatewayPaths" -}}
{{- if .Values.standalone.enabled -}}
["/"]
{{- else -}}
["/api", "/config", "/docs", "/openapi.json"]
{{- end -}}
{{- end -}}
