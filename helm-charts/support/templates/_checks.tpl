{{/* Two values that must agree, and parts that point at others. Stops where they do not, and says what to set. */}}
{{- define "support.check" -}}
{{- $costs := index .Values "jupyterhub-cost-monitoring" -}}
{{- range $variable := $costs.extraEnv | default list -}}
{{- $source := ($variable.valueFrom | default dict).configMapKeyRef | default dict -}}
{{- if and $costs.enabled (eq (toString $source.name) "support-cluster") (not $.Values.clusterName) -}}
{{- fail "jupyterhub-cost-monitoring.enabled is true, but clusterName is empty: the cost service asks the bill for the cluster's name, and does not start without" -}}
{{- end -}}
{{- end -}}
{{- if and $costs.enabled (not (.Values.prometheus | default dict).enabled) -}}
{{- fail "jupyterhub-cost-monitoring.enabled is true, but prometheus.enabled is false: the cost service reads the usage of hubs there" -}}
{{- end -}}
{{- $scaler := index .Values "cluster-autoscaler" -}}
{{- $name := dig "autoDiscovery" "clusterName" "" $scaler | default "" -}}
{{- if and $scaler.enabled .Values.clusterName $name (ne (toString $name) .Values.clusterName) -}}
{{- fail (printf "clusterName is %s, but cluster-autoscaler.autoDiscovery.clusterName is %v: both are the name of this cluster in its cloud" .Values.clusterName $name) -}}
{{- end -}}
{{- $status := dig "controller" "reportIngressStatus" dict (index .Values "nginx-ingress") -}}
{{- if and (index .Values "nginx-ingress" "enabled") (not .Values.clusterEntrypoint.enabled) $status.enable (eq (toString $status.externalService) "cluster-entrypoint") -}}
{{- fail "clusterEntrypoint.enabled is false, but nginx-ingress.controller.reportIngressStatus.externalService is cluster-entrypoint: name the Service that is the way in, or set reportIngressStatus.enable to false" -}}
{{- end -}}
{{- if and .Values.grafana.enabled (not (.Values.prometheus | default dict).enabled) -}}
{{- range $file, $content := .Values.grafana.datasources -}}
{{- range $source := ($content | default dict).datasources | default list -}}
{{- if contains "{{ .Release.Name }}-prometheus-server" (toString $source.url) -}}
{{- fail (printf "prometheus.enabled is false, but grafana.datasources.%s reads from this chart's Prometheus: name the one that you have" $file) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}
