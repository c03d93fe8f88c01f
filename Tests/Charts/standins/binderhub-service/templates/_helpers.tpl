{{- /* The name of the real chart, whose default is a fullnameOverride of "". */}}
{{- define "binderhub-service.binderhub.fullname" -}}
binderhub
{{- end }}

{{- define "standin.labels" -}}
app.kubernetes.io/name: binderhub-service
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}
