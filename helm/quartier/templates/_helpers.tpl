{{- define "quartier.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "quartier.labels" -}}
app.kubernetes.io/name: quartier
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}

{{- define "quartier.selector" -}}
app.kubernetes.io/name: quartier
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: web
{{- end }}

{{- define "quartier.workerSelector" -}}
app.kubernetes.io/name: quartier
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: worker
{{- end }}

{{- define "quartier.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
fsGroup: 10001
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "quartier.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "quartier.environment" -}}
- {name: QUARTIER_DOMAIN, value: {{ .Values.domain | quote }}}
- {name: QUARTIER_SCHEME, value: https}
- {name: QUARTIER_PUBLIC_PORT, value: "443"}
- {name: QUARTIER_PROXIES, value: "1"}
- {name: QUARTIER_WORKERS, value: {{ .Values.web.workers | quote }}}
- {name: QUARTIER_VAR, value: /tmp/quartier}
- name: QUARTIER_KEY
  valueFrom: {secretKeyRef: {name: {{ .Values.secretName }}, key: QUARTIER_KEY}}
- {name: S3_BUCKET, value: {{ .Values.files.bucket | quote }}}
{{- with .Values.files.endpoint }}
- {name: S3_ENDPOINT, value: {{ . | quote }}}
{{- end }}
{{- with .Values.files.clamd }}
- {name: CLAMD, value: {{ . | quote }}}
{{- end }}
{{- with .Values.mail }}
{{- if .host }}
- {name: SMTP_HOST, value: {{ .host | quote }}}
- {name: SMTP_PORT, value: {{ .port | quote }}}
- {name: SMTP_SECURITY, value: {{ .security | quote }}}
- {name: SMTP_SENDER, value: {{ .sender | quote }}}
- {name: SMTP_BOUNCES, value: {{ .bounces | quote }}}
- {name: SMTP_PER_MINUTE, value: {{ .perMinute | quote }}}
{{- end }}
{{- end }}
{{- end }}
