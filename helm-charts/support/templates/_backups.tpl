{{/* The namespaces of the volumes that are backed up, each once. */}}
{{- define "support.backupNamespaces" -}}
{{- $namespaces := list -}}
{{- range .Values.backups.volumes -}}
{{- $namespaces = append $namespaces .namespace -}}
{{- end -}}
{{- $namespaces | uniq | sortAlpha | toYaml -}}
{{- end }}
