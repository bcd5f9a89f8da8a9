{{/* Where Alertmanager sees the Secret `alerts`. */}}
{{- define "gitops.alertFiles" -}}
/etc/alertmanager/secrets/alerts
{{- end -}}

{{/* Whether anybody is told of alerts. */}}
{{- define "gitops.alertsGoTo" -}}
{{- $alerts := .Values.alerts -}}
{{- if or $alerts.slack.channel $alerts.email.to $alerts.pagerduty.enabled $alerts.webhook.enabled -}}true{{- end -}}
{{- end -}}

{{/* What the receivers have to know and nobody else may: properties of
ENVIRONMENT/alerts in Secrets Manager. JSON list. */}}
{{- define "gitops.alertSecrets" -}}
{{- $alerts := .Values.alerts -}}
{{- $keys := list -}}
{{- if $alerts.slack.channel -}}{{- $keys = append $keys "slackUrl" -}}{{- end -}}
{{- if and $alerts.email.to $alerts.email.username -}}{{- $keys = append $keys "smtpPassword" -}}{{- end -}}
{{- if $alerts.pagerduty.enabled -}}{{- $keys = append $keys "pagerdutyKey" -}}{{- end -}}
{{- if $alerts.webhook.enabled -}}{{- $keys = append $keys "webhookUrl" -}}{{- end -}}
{{- toJson $keys -}}
{{- end -}}

{{/* Where the runbooks are read: docs/operations.md of the repository, as GitLab
shows it, unless a value says otherwise. */}}
{{- define "gitops.runbooks" -}}
{{- $facts := .Values.facts -}}
{{- .Values.alerts.runbooks | default (printf "%s/-/blob/%s/docs/operations.md" (trimSuffix ".git" $facts.repository) $facts.revision) -}}
{{- end -}}

{{/* Alertmanager's configuration. What is in double braces below is Alertmanager's
own template. */}}
{{- define "gitops.alertmanager" -}}
{{- $alerts := .Values.alerts -}}
route:
  receiver: operators
  group_by: [alertname, namespace, job]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 4h
  routes:
    # These fire always: they are signals to machines.
    - receiver: nobody
      matchers: ['alertname =~ "Watchdog|InfoInhibitor"']
    - receiver: on-call
      matchers: ['severity = "critical"']
inhibit_rules:
  - source_matchers: ['severity = "critical"']
    target_matchers: ['severity =~ "warning|info"']
    equal: [namespace, alertname]
  - source_matchers: ['severity = "warning"']
    target_matchers: ['severity = "info"']
    equal: [namespace, alertname]
  - source_matchers: ['alertname = "InfoInhibitor"']
    target_matchers: ['severity = "info"']
    equal: [namespace]
receivers:
  - name: nobody
  - name: operators
    {{- include "gitops.quietReceivers" . | nindent 4 }}
    {{- if not (or $alerts.slack.channel $alerts.email.to $alerts.webhook.enabled) }}
    {{- include "gitops.pagerduty" . | nindent 4 }}
    {{- end }}
  # Worth waking somebody.
  - name: on-call
    {{- include "gitops.quietReceivers" . | nindent 4 }}
    {{- include "gitops.pagerduty" . | nindent 4 }}
{{- end -}}

{{/* Receivers that wake nobody. */}}
{{- define "gitops.quietReceivers" -}}
{{- $alerts := .Values.alerts -}}
{{- $files := include "gitops.alertFiles" . -}}
{{- if $alerts.slack.channel }}
slack_configs:
  - api_url_file: {{ $files }}/slackUrl
    channel: {{ $alerts.slack.channel | quote }}
    send_resolved: true
    title: {{ `'[{{ .Status | toUpper }}] {{ .CommonLabels.alertname }} {{ .CommonLabels.namespace }}'` }}
    text: {{ `"{{ range .Alerts }}{{ .Annotations.summary }}: {{ .Annotations.description }} <{{ .Annotations.runbook_url }}|runbook>\n{{ end }}"` }}
{{- end }}
{{- with $alerts.email }}
{{- if .to }}
email_configs:
  - to: {{ .to | quote }}
    from: {{ .from | quote }}
    smarthost: {{ .smarthost | quote }}
    {{- if .username }}
    auth_username: {{ .username | quote }}
    auth_password_file: {{ $files }}/smtpPassword
    {{- end }}
    require_tls: {{ .tls }}
    send_resolved: true
{{- end }}
{{- end }}
{{- if $alerts.webhook.enabled }}
webhook_configs:
  - url_file: {{ $files }}/webhookUrl
    send_resolved: true
{{- end }}
{{- end -}}

{{- define "gitops.pagerduty" -}}
{{- if .Values.alerts.pagerduty.enabled }}
pagerduty_configs:
  - routing_key_file: {{ include "gitops.alertFiles" . }}/pagerdutyKey
    severity: {{ `'{{ .CommonLabels.severity }}'` }}
    links:
      - href: {{ `'{{ (index .Alerts 0).Annotations.runbook_url }}'` }}
        text: runbook
{{- end }}
{{- end -}}
