{{/* Where a component's pods go. */}}
{{- define "triad.scheduling" -}}
{{- $scheduling := .service.scheduling }}
{{- if or $scheduling.spreadZones $scheduling.topologySpread }}
topologySpreadConstraints:
  {{- if $scheduling.spreadZones }}
  - topologyKey: topology.kubernetes.io/zone
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "triad.selectorLabels" . | nindent 8 }}
    {{- with get (dict "Deployment" "pod-template-hash" "Rollout" "rollouts-pod-template-hash") (include "triad.kind" .service) }}
    # Each revision by itself: a rollout does not count the pods it replaces.
    matchLabelKeys: [{{ . }}]
    {{- end }}
  {{- end }}
  {{- $own := dict "labelSelector" (dict "matchLabels" (include "triad.selectorLabels" . | fromYaml)) }}
  {{- range $scheduling.topologySpread }}
  - {{- toYaml (mergeOverwrite (deepCopy $own) .) | nindent 4 }}
  {{- end }}
{{- end }}
affinity:
  {{- with $scheduling.affinity }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  podAntiAffinity:
    {{- if eq $scheduling.antiAffinity "required" }}
    requiredDuringSchedulingIgnoredDuringExecution:
      - {{- include "triad.sameNode" . | nindent 8 }}
    {{- else }}
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          {{- include "triad.sameNode" . | nindent 10 }}
    {{- end }}
{{- with $scheduling.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $scheduling.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "triad.sameNode" -}}
topologyKey: kubernetes.io/hostname
labelSelector:
  matchLabels:
    {{- include "triad.selectorLabels" . | nindent 4 }}
{{- end -}}
