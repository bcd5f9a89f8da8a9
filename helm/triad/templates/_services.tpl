{{/* The services that run, by name, each merged over `common`: JSON. */}}
{{- define "triad.services" -}}
{{- $services := dict -}}
{{- $left := .Values.standalone.enabled | ternary (list "frontend" "config" "transform" "storage") list -}}
{{- range $name, $own := .Values.services -}}
{{- $service := mergeOverwrite (deepCopy $.Values.common) (deepCopy $own) -}}
{{- if and (eq $name "gateway") $.Values.standalone.enabled -}}
{{- $service = mergeOverwrite $service (include "triad.rulesFile" $ | fromYaml) -}}
{{- end -}}
{{- if and $service.enabled (not (has $name $left)) -}}
{{- $_ := set $services $name $service -}}
{{- end -}}
{{- end -}}
{{- toJson $services -}}
{{- end -}}

{{/* "true" if a service that runs keeps data in a volume of its own. */}}
{{- define "triad.keepsData" -}}
{{- $kept := "" -}}
{{- range $name, $service := include "triad.services" . | fromJson -}}
{{- $kept = include "triad.stateful" $service | default $kept -}}
{{- end -}}
{{- $kept -}}
{{- end -}}

{{/* "true" if the service keeps data in a volume of its own. */}}
{{- define "triad.stateful" -}}
{{- if or (eq .database "sqlite") (eq .blobs "local") -}}true{{- end -}}
{{- end -}}

{{/* "true" if something else than this chart decides how many pods there are. */}}
{{- define "triad.autoscaled" -}}
{{- if or .autoscaling.hpa.enabled .autoscaling.keda.enabled -}}true{{- end -}}
{{- end -}}

{{- define "triad.kind" -}}
{{- if include "triad.stateful" . -}}StatefulSet
{{- else if .canary.enabled -}}Rollout
{{- else -}}Deployment
{{- end -}}
{{- end -}}

{{- define "triad.workloadVersion" -}}
{{- eq (include "triad.kind" .) "Rollout" | ternary "argoproj.io/v1alpha1" "apps/v1" -}}
{{- end -}}

{{- define "triad.image" -}}
{{- $image := .root.Values.image -}}
{{- $standalone := and (eq .name "gateway") .root.Values.standalone.enabled -}}
{{- $name := $standalone | ternary "standalone-gateway" .name -}}
{{- $path := .service.image.repository | default (printf "%s/%s" $image.repository $name) -}}
{{- if and $image.registry (not .service.image.repository) -}}
{{- $path = printf "%s/%s" $image.registry $path -}}
{{- end -}}
{{- if .service.image.digest -}}
{{- printf "%s@%s" $path .service.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $path (.service.image.tag | default $image.tag | default .root.Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* A value as the text of a flag: YAML's whole numbers arrive as floats. */}}
{{- define "triad.text" -}}
{{- if and (kindIs "float64" .) (eq . (floor .)) -}}{{ int64 . }}{{- else -}}{{ . }}{{- end -}}
{{- end -}}

{{/*
Flags of a server of Triad's, as a JSON list. What `args` names comes last: of a
repeated flag the last one counts.
*/}}
{{- define "triad.args" -}}
{{- $flags := list -}}
{{- if .service.adminPort -}}
{{- $flags = concat $flags (list
  (printf "--listen=0.0.0.0:%s" (include "triad.text" .service.port))
  (printf "--admin_listen=0.0.0.0:%s" (include "triad.text" .service.adminPort))
  "--log_format=json"
  (printf "--log_level=%s" .root.Values.logLevel)
  (printf "--drain_delay=%ss" (include "triad.text" .service.drain.delaySeconds))
  (printf "--drain_timeout=%ss" (include "triad.text" .service.drain.timeoutSeconds))) -}}
{{- $flags = concat $flags (include "triad.telemetryFlags" .root | fromJsonArray) -}}
{{- $flags = concat $flags (include "triad.dataFlags" .service | fromJsonArray) -}}
{{- if eq .name "gateway" -}}
{{- $flags = concat $flags (include "triad.gatewayFlags" .root | fromJsonArray) -}}
{{- end -}}
{{- /* Any other service with a database needs one. */ -}}
{{- if and (eq .name "transform") (eq .service.database "none") -}}
{{- $flags = append $flags "--database=none" -}}
{{- end -}}
{{- range $target, $source := .service.secretFiles -}}
{{- if and (hasPrefix "--" $target) (include "triad.secretOf" (dict "root" $.root "source" $source)) -}}
{{- $flags = append $flags (printf "%s=/run/secrets/triad/%s" $target $source) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $name, $value := .service.args -}}
{{- $flags = append $flags (printf "--%s=%s" $name (include "triad.text" $value)) -}}
{{- end -}}
{{- toJson $flags -}}
{{- end -}}

{{/* Flags of traces and error reports that are no secrets. */}}
{{- define "triad.telemetryFlags" -}}
{{- $flags := list -}}
{{- with .Values.environment -}}
{{- $flags = append $flags (printf "--environment=%s" .) -}}
{{- end -}}
{{- with .Values.tracing.endpoint -}}
{{- $flags = concat $flags (list (printf "--otlp_endpoint=%s" .) (printf "--trace_sample_ratio=%v" $.Values.tracing.sampleRatio)) -}}
{{- end -}}
{{- toJson $flags -}}
{{- end -}}

{{/*
Flags that say where a service keeps its data; without a volume, in /tmp, the little
that a container which crashed leaves to the next one of the same pod.
*/}}
{{- define "triad.dataFlags" -}}
{{- $flags := list -}}
{{- if include "triad.stateful" . -}}
{{- $flags = append $flags "--data_dir=/var/lib/triad" -}}
{{- else -}}
{{- $flags = append $flags "--crash_file=/tmp/crash" -}}
{{- end -}}
{{- if .databaseUrl -}}
{{- $flags = append $flags (printf "--database=%s" .databaseUrl) -}}
{{- end -}}
{{- if .blobsUrl -}}
{{- $flags = append $flags (printf "--blobs=%s" .blobsUrl) -}}
{{- end -}}
{{- toJson $flags -}}
{{- end -}}

{{/* The gateway's: whom it sends to, the names it answers to, and whom it believes. */}}
{{- define "triad.gatewayFlags" -}}
{{- $flags := list -}}
{{- $fullname := include "triad.fullname" . -}}
{{- range $name, $service := include "triad.services" . | fromJson -}}
{{- if $service.grpcService -}}
{{- $flags = append $flags (printf "--upstream=%s=%s-%s:%s" $service.grpcService $fullname $name (include "triad.text" $service.port)) -}}
{{- end -}}
{{- end -}}
{{- if .Values.standalone.enabled -}}
{{- $flags = concat $flags (include "triad.standaloneFlags" . | fromJsonArray) -}}
{{- end -}}
{{- if .Values.hosts -}}
{{- $own := list -}}
{{- range $suffix := list "" (printf ".%s" .Release.Namespace) (printf ".%s.svc" .Release.Namespace) (printf ".%s.svc.cluster.local" .Release.Namespace) -}}
{{- $own = concat $own (list (printf "%s-gateway%s" $fullname $suffix) (printf "%s-frontend%s" $fullname $suffix)) -}}
{{- end -}}
{{- $flags = append $flags (printf "--allowed_hosts=%s" (concat .Values.hosts $own | join ",")) -}}
{{- end -}}
{{- with .Values.trustedProxies -}}
{{- $flags = append $flags (printf "--trusted_proxies=%s" (join "," .)) -}}
{{- end -}}
{{- toJson $flags -}}
{{- end -}}
