{{/* What every pod of the release runs under: Pod Security "restricted". */}}
{{- define "triad.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "triad.containerSecurityContext" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* Annotations of a component's pods. */}}
{{- define "triad.podAnnotations" -}}
{{- if .service.configFiles.files }}
checksum/config: {{ include "triad.configFiles" . | sha256sum }}
{{- end }}
{{- with .service.podAnnotations }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The pod of a component. */}}
{{- define "triad.pod" -}}
serviceAccountName: {{ include "triad.componentName" . }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .service.scheduling.priorityClassName | default (include "triad.priorityClassName" .root) }}
priorityClassName: {{ . }}
{{- end }}
{{- with .service.dnsPolicy }}
dnsPolicy: {{ . }}
{{- end }}
{{- with .service.dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- /* Time for the drain to end, and for the last lines, spans and reports to leave. */}}
terminationGracePeriodSeconds: {{ add .service.drain.delaySeconds .service.drain.timeoutSeconds 15 }}
securityContext:
  {{- include "triad.podSecurityContext" . | nindent 2 }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- include "triad.scheduling" . }}
{{- with .service.extraInitContainers }}
initContainers:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  - name: {{ .name }}
    image: {{ include "triad.image" . }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    {{- with include "triad.args" . | fromJsonArray }}
    args:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with include "triad.env" . | trim }}
    env:
      {{- . | nindent 6 }}
    {{- end }}
    {{- with .service.envFrom }}
    envFrom:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    ports:
      - name: {{ .service.protocol }}
        containerPort: {{ .service.port }}
      {{- if .service.adminPort }}
      - name: metrics
        containerPort: {{ .service.adminPort }}
      {{- end }}
    {{- include "triad.probes" .service | nindent 4 }}
    {{- if and (not .service.adminPort) .service.drain.delaySeconds }}
    lifecycle:
      # It knows no --drain_delay: endpoints and proxies get their time here.
      preStop:
        sleep:
          seconds: {{ .service.drain.delaySeconds }}
    {{- end }}
    securityContext:
      {{- include "triad.containerSecurityContext" . | nindent 6 }}
    resources:
      {{- toYaml .service.resources | nindent 6 }}
    volumeMounts:
      {{- include "triad.mounts" . | nindent 6 }}
      {{- with .service.extraVolumeMounts }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
  {{- with .service.extraContainers }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
volumes:
  {{- include "triad.volumes" . | nindent 2 }}
  {{- with .service.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/*
Startup, readiness and liveness. Readiness asks whether work can be done, the
database included; liveness only whether the process answers.
*/}}
{{- define "triad.probes" -}}
{{- $work := dict "httpGet" (dict "path" "/" "port" "http") -}}
{{- $alive := dict "httpGet" (dict "path" "/healthz" "port" "http") -}}
{{- if .adminPort -}}
{{- $work = dict "httpGet" (dict "path" "/readyz" "port" "metrics") -}}
{{- $alive = dict "httpGet" (dict "path" "/livez" "port" "metrics") -}}
{{- end -}}
{{- if eq .protocol "grpc" -}}
{{- $work = dict "grpc" (dict "port" .port) -}}
{{- end -}}
startupProbe:
  {{- toYaml $work | nindent 2 }}
  periodSeconds: 1
  timeoutSeconds: {{ .probes.readiness.timeoutSeconds }}
  failureThreshold: {{ .probes.startupSeconds }}
readinessProbe:
  {{- toYaml $work | nindent 2 }}
  {{- toYaml .probes.readiness | nindent 2 }}
livenessProbe:
  {{- toYaml $alive | nindent 2 }}
  {{- toYaml .probes.liveness | nindent 2 }}
{{- end -}}

{{- define "triad.env" -}}
{{- if eq .name "gateway" }}
- name: TRIAD_LOOPS
  # One event loop per processor that the pod may use, not per one of the node.
  valueFrom:
    resourceFieldRef:
      resource: limits.cpu
{{- end }}
{{- range $name, $value := .service.env }}
- name: {{ $name }}
  {{- if kindIs "map" $value }}
  {{- toYaml $value | nindent 2 }}
  {{- else }}
  value: {{ tpl $value $.root | quote }}
  {{- end }}
{{- end }}
{{- range $target, $source := .service.secretFiles }}
{{- if and (not (hasPrefix "--" $target)) (include "triad.secretOf" (dict "root" $.root "source" $source)) }}
- name: {{ $target }}
  value: /run/secrets/triad/{{ $source }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "triad.mounts" -}}
- name: tmp
  mountPath: /tmp
{{- if include "triad.stateful" .service }}
- name: data
  mountPath: /var/lib/triad
{{- end }}
{{- if .service.configFiles.files }}
- name: config-files
  mountPath: {{ .service.configFiles.mountPath }}
  readOnly: true
{{- end }}
{{- if include "triad.ownDescriptors" . }}
- name: descriptors
  mountPath: {{ include "triad.descriptorsPath" . }}
  readOnly: true
{{- end }}
{{- range include "triad.mountedSecrets" . | fromJsonArray }}
- name: secret-{{ kebabcase . }}
  mountPath: /run/secrets/triad/{{ . }}
  readOnly: true
{{- end }}
{{- end -}}

{{- define "triad.volumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: {{ .service.tmpSize }}
{{- if .service.configFiles.files }}
- name: config-files
  configMap:
    name: {{ include "triad.componentName" . }}
{{- end }}
{{- with include "triad.ownDescriptors" . }}
- name: descriptors
  {{- . | nindent 2 }}
{{- end }}
{{- range include "triad.mountedSecrets" . | fromJsonArray }}
- name: secret-{{ kebabcase . }}
  secret:
    secretName: {{ include "triad.secretName" (dict "root" $.root "entry" .) }}
    defaultMode: 0440
{{- end }}
{{- end -}}
