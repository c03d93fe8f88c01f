{{/* Rules that find hubs, and name what is read from them. */}}
{{- define "support.hubRelabel" -}}
- source_labels: [__meta_kubernetes_service_label_app, __meta_kubernetes_service_label_component]
  regex: jupyterhub;hub
  action: keep
- source_labels: [__meta_kubernetes_endpointslice_port_name]
  regex: hub
  action: keep
- source_labels: [__meta_kubernetes_service_annotation_prometheus_io_path]
  regex: (.+)
  target_label: __metrics_path__
- regex: __meta_kubernetes_service_label_(.+)
  action: labelmap
- source_labels: [__meta_kubernetes_namespace]
  target_label: namespace
- source_labels: [__meta_kubernetes_service_name]
  target_label: service
- source_labels: [__meta_kubernetes_pod_node_name]
  target_label: node
- target_label: job
  replacement: jupyterhub
{{- end }}
