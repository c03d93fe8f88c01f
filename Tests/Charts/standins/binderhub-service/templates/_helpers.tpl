{{- define "standin.labels" -}}
app.kubernetes.io/name: binderhub-service
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}
