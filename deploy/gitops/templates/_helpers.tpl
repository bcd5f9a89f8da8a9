{{/* The charts that run here, by name: JSON. */}}
{{- define "gitops.charts" -}}
{{- $charts := dict -}}
{{- range $name, $chart := .Values.charts -}}
{{- $off := not $chart.enabled -}}
{{- if and (has $name (list "aws-load-balancer-controller" "cluster-autoscaler")) $.Values.facts.autoMode -}}{{- $off = true -}}{{- end -}}
{{- if and (has $name (list "loki" "alloy")) (ne $.Values.logs.store "loki") -}}{{- $off = true -}}{{- end -}}
{{- if not $off -}}{{- $_ := set $charts $name $chart -}}{{- end -}}
{{- end -}}
{{- toJson $charts -}}
{{- end -}}

{{/* Of objects whose kind a chart of an earlier wave brings. */}}
{{- define "gitops.later" -}}
argocd.argoproj.io/sync-options: SkipDryRunOnMissingResource=true
{{- end -}}

{{/* Applications are kept as they are in the repository, in the order of waves. */}}
{{- define "gitops.syncPolicy" -}}
automated:
  prune: true
  selfHeal: true
retry:
  limit: 10
  backoff:
    duration: 10s
    factor: 2
    maxDuration: 5m
{{- end -}}

{{- define "gitops.usesAlb" -}}
{{- if eq .Values.ingress.className "alb" -}}true{{- end -}}
{{- end -}}

{{/* Annotations of a tool's Ingress. Takes root and health, a path. */}}
{{- define "gitops.ingressAnnotations" -}}
{{- if include "gitops.usesAlb" .root -}}
# HTTPS alone: there is no port 80.
alb.ingress.kubernetes.io/listen-ports: '[{"HTTPS":443}]'
alb.ingress.kubernetes.io/target-type: ip
alb.ingress.kubernetes.io/healthcheck-path: {{ .health }}
{{- else -}}
cert-manager.io/cluster-issuer: {{ .root.Values.ingress.clusterIssuer }}
{{- end -}}
{{- end -}}

{{/* Name of a secret of this environment in Secrets Manager. */}}
{{- define "gitops.remoteKey" -}}
{{- printf "triad/%s/%s" .root.Values.facts.environment .name -}}
{{- end -}}
