{{- /* The names of the real chart, which cuts them at 63 characters. */}}
{{- define "dask-gateway.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains "dask-gateway" .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-dask-gateway" .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "dask-gateway.apiName" -}}
{{ include "dask-gateway.fullname" . | printf "api-%s" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- define "dask-gateway.controllerName" -}}
{{ include "dask-gateway.fullname" . | printf "controller-%s" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- define "dask-gateway.traefikName" -}}
{{ include "dask-gateway.fullname" . | printf "traefik-%s" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- define "dask-gateway.middlewareName" -}}
{{ printf "%s-prefix-%s" .what (include "dask-gateway.fullname" .root) | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- define "dask-gateway.labels" -}}
app.kubernetes.io/name: dask-gateway
app.kubernetes.io/instance: {{ .Release.Name }}
gateway.dask.org/instance: {{ include "dask-gateway.fullname" . }}
{{- end -}}
