{{/* How Argo Rollouts replaces a component's pods. Takes a component. */}}
{{- define "triad.canary" -}}
# What does not become ready goes back by itself too.
progressDeadlineAbort: true
# Back to one of the last revisions without going through the steps.
rollbackWindow:
  revisions: 3
strategy:
  canary:
    # A new pod is ready before an old one goes.
    maxSurge: 1
    maxUnavailable: 0
    # Clients are spread over pods, by the Service or by themselves: a weight is
    # a share of the pods, and holds for every way in.
    steps:
      {{- range .service.canary.steps }}
      - setWeight: {{ .weight }}
      - pause:
          duration: {{ .pause }}
      {{- end }}
    analysis:
      # From when there are new pods until all are.
      startingStep: 1
      templates:
        - templateName: {{ include "triad.componentName" . }}
      args:
        - name: hash
          valueFrom:
            podTemplateHashValue: Latest
{{- end -}}

{{/*
Names of what a component counts, as the rules in deploy/monitoring have it: JSON.
Takes a component.
*/}}
{{- define "triad.measures" -}}
{{- if eq .service.protocol "grpc" -}}
{{- dict "requests" "triad_rpc_server_calls_total" "counted" `method!~"Watch.*"`
  "failed" `code=~"UNKNOWN|DEADLINE_EXCEEDED|UNIMPLEMENTED|INTERNAL|UNAVAILABLE|DATA_LOSS"`
  "latency" "triad_rpc_server_latency_seconds" "timed" `method!~"Watch.*"` "quick" "0.1" | toJson -}}
{{- else -}}
{{- dict "requests" "triad_gateway_requests_total" "counted" `route!="/api/health"`
  "failed" `code=~"5.."`
  "latency" "triad_gateway_latency_seconds" "timed" `route!="/api/health"` "quick" "0.25" | toJson -}}
{{- end -}}
{{- end -}}
