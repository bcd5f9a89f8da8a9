{{/* What the gateway has in front of services that are not Triad's: `standalone`. */}}
{{- define "triad.descriptorsPath" -}}/etc/triad/descriptors{{- end -}}

{{- define "triad.standaloneFlags" -}}
{{- $standalone := .Values.standalone -}}
{{- $flags := list -}}
{{- if include "triad.descriptorsVolume" . -}}
{{- $flags = append $flags (printf "--descriptor_set=%s/%s" (include "triad.descriptorsPath" .) $standalone.descriptorSet.key) -}}
{{- end -}}
{{- range $standalone.upstreams -}}
{{- $flags = append $flags (printf "--upstream=%s=%s:%s" .service .host (include "triad.text" .port)) -}}
{{- end -}}
{{- if $standalone.httpRules -}}
{{- $flags = append $flags (printf "--http_rules=%s" (include "triad.rulesPath" .)) -}}
{{- end -}}
{{- if $standalone.unannotatedMethods -}}
{{- $flags = append $flags "--unannotated_methods=true" -}}
{{- end -}}
{{- toJson $flags -}}
{{- end -}}

{{/* The rules are a file of the gateway's ConfigMap, beside those of its `configFiles`. */}}
{{- define "triad.rulesFile" -}}
{{- with .Values.standalone.httpRules -}}
configFiles:
  {{- if not ($.Values.services.gateway.configFiles).mountPath }}
  mountPath: /etc/triad/gateway
  {{- end }}
  files:
    http_rules.yaml: {{ toYaml . | replace "{{" "{{ `{{` }}" | toJson }}
{{- end -}}
{{- end -}}

{{- define "triad.rulesPath" -}}
{{- $gateway := get (include "triad.services" . | fromJson) "gateway" -}}
{{- printf "%s/http_rules.yaml" $gateway.configFiles.mountPath -}}
{{- end -}}

{{/*
A whole directory, not one file of it (subPath): the kubelet renews it when the ConfigMap
or the Secret changes, and the gateway takes the new set up.
*/}}
{{- define "triad.descriptorsVolume" -}}
{{- $set := .Values.standalone.descriptorSet -}}
{{- if $set.configMap -}}
configMap:
  name: {{ $set.configMap }}
{{- else if $set.secret -}}
secret:
  secretName: {{ $set.secret }}
  defaultMode: 0440
{{- end -}}
{{- end -}}

{{/* The volume of a component, if it is the gateway and has one: YAML. */}}
{{- define "triad.ownDescriptors" -}}
{{- if and (eq .name "gateway") .root.Values.standalone.enabled -}}
{{- include "triad.descriptorsVolume" .root -}}
{{- end -}}
{{- end -}}

{{/* Egress to the services that the gateway stands in front of. */}}
{{- define "triad.upstreamRules" -}}
{{- range .Values.standalone.upstreams }}
- ports:
    - port: {{ .port }}
  to:
    {{- toYaml (.to | default (list (dict "namespaceSelector" dict))) | nindent 4 }}
{{- end }}
{{- end -}}
