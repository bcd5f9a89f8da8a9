{{/* Name of the Secret behind an entry of `secrets`. Takes root and entry. */}}
{{- define "triad.secretName" -}}
{{- $secret := get .root.Values.secrets .entry -}}
{{- $secret.name | default (printf "%s-%s" (include "triad.fullname" .root) (kebabcase .entry)) -}}
{{- end -}}

{{/*
The entry of `secrets` that SECRET/KEY names, or nothing if there is no such
secret in this release. Takes root and source.
*/}}
{{- define "triad.secretOf" -}}
{{- $entry := splitList "/" .source | first -}}
{{- $secret := get .root.Values.secrets $entry | default dict -}}
{{- if ne ($secret.source | default "none") "none" -}}{{ $entry }}{{- end -}}
{{- end -}}

{{/*
The entries of `secrets` that concern this release, by name: JSON. Those of Triad's
services do not concern a gateway that stands alone.
*/}}
{{- define "triad.secrets" -}}
{{- $all := .Values.secrets -}}
{{- if .Values.standalone.enabled -}}
{{- $mounted := list -}}
{{- range $name, $service := include "triad.services" . | fromJson -}}
{{- $mounted = concat $mounted (include "triad.mountedSecrets" (dict "root" $ "service" $service) | fromJsonArray) -}}
{{- end -}}
{{- $all = dict -}}
{{- range $entry := uniq $mounted -}}
{{- $_ := set $all $entry (get $.Values.secrets $entry) -}}
{{- end -}}
{{- end -}}
{{- toJson $all -}}
{{- end -}}

{{/* The entries that a component mounts, each once: JSON list. */}}
{{- define "triad.mountedSecrets" -}}
{{- $entries := list -}}
{{- range $target, $source := .service.secretFiles -}}
{{- $entry := include "triad.secretOf" (dict "root" $.root "source" $source) -}}
{{- if $entry -}}
{{- $entries = append $entries $entry -}}
{{- end -}}
{{- end -}}
{{- $entries | uniq | sortAlpha | toJson -}}
{{- end -}}
