{{/* A component as a peer. Takes root and name. */}}
{{- define "triad.peer" -}}
- podSelector:
    matchLabels:
      {{- include "triad.selectorLabels" . | nindent 6 }}
{{- end -}}

{{/* Who may open connections to a component. */}}
{{- define "triad.ingressRules" -}}
- ports:
    - port: {{ .service.protocol }}
  {{- if not .service.network.public }}
  from:
    {{- if eq .service.protocol "grpc" }}
    {{- include "triad.peer" (dict "root" .root "name" "gateway") | nindent 4 }}
    {{- else }}
    {{- include "triad.peer" (dict "root" .root "name" "test") | nindent 4 }}
    {{- if eq .name "gateway" }}
    {{- include "triad.peer" (dict "root" .root "name" "frontend") | nindent 4 }}
    {{- end }}
    {{- end }}
    {{- with .service.network.allowFrom }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
{{- if and .service.adminPort .root.Values.networkPolicy.prometheusFrom }}
- ports:
    - port: metrics
  from:
    {{- toYaml .root.Values.networkPolicy.prometheusFrom | nindent 4 }}
{{- end }}
{{- end -}}

{{/* Whom a component may open connections to. */}}
{{- define "triad.egressRules" -}}
{{- include "triad.dnsRule" .root }}
{{- $it := . }}
{{- range $name, $service := include "triad.services" .root | fromJson }}
{{- $target := dict "root" $.root "name" $name "service" $service }}
{{- if and (eq $it.name "gateway") (eq $service.protocol "grpc") }}
{{ include "triad.ruleTo" $target }}
{{- else if and (eq $it.name "frontend") (eq $name "gateway") }}
{{ include "triad.ruleTo" $target }}
{{- end }}
{{- end }}
{{- if and (eq .name "gateway") .root.Values.standalone.enabled }}
{{- include "triad.upstreamRules" .root }}
{{- end }}
{{- if and .service.adminPort .root.Values.networkPolicy.telemetryEgress }}
{{ toYaml .root.Values.networkPolicy.telemetryEgress }}
{{- end }}
{{- with .service.network.egress }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Egress to a component. */}}
{{- define "triad.ruleTo" -}}
- ports:
    - port: {{ .service.port }}
  to:
    {{- include "triad.peer" . | nindent 4 }}
{{- end -}}

{{- define "triad.dnsRule" -}}
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
  {{- with .Values.networkPolicy.dnsTo }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
