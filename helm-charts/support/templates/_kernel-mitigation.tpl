{{/* Loads a guard into the kernel of each node. Takes a list: root, name, settings. */}}
{{- define "support.kernelMitigation" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $settings := index . 2 -}}
{{- $component := printf "%s-mitigation" $name -}}
{{- $missing := printf "%s.image.repository and .tag must be set where %s is enabled" $name $name -}}
{{- $repository := required $missing $settings.image.repository -}}
{{- $tag := required $missing $settings.image.tag -}}
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: {{ $component }}
  labels:
    {{- include "support.labels" (list $root $component) | nindent 4 }}
spec:
  selector:
    matchLabels:
      {{- include "support.matchLabels" (list $root $component) | nindent 6 }}
  updateStrategy:
    type: RollingUpdate
    rollingUpdate:
      # A node is without its guard for a moment. All nodes at once is the shortest moment for the cluster.
      maxUnavailable: 100%
  template:
    metadata:
      labels:
        {{- include "support.labels" (list $root $component) | nindent 8 }}
        # Loading a program into the kernel needs all rights on the node.
        hubfleet/pod-security: privileged
    spec:
      automountServiceAccountToken: false
      priorityClassName: system-node-critical
      {{- include "support.everyNode" $root | nindent 6 }}
      containers:
        - name: {{ $component }}
          image: {{ $repository }}:{{ $tag }}
          securityContext:
            privileged: true
            runAsUser: 0
            readOnlyRootFilesystem: true
          resources:
            requests:
              cpu: 5m
              memory: 32Mi
            limits:
              cpu: 100m
              memory: 128Mi
          volumeMounts:
            - name: bpf
              mountPath: /sys/fs/bpf
      volumes:
        - name: bpf
          hostPath:
            path: /sys/fs/bpf
            type: DirectoryOrCreate
{{- end }}
