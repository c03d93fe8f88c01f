{{/* The plugin for one cloud. Takes a list: root, cloud, settings. */}}
{{- define "support.nvidiaDevicePlugin" -}}
{{- $root := index . 0 -}}
{{- $cloud := index . 1 -}}
{{- $settings := index . 2 -}}
{{- $component := printf "nvidia-device-plugin-%s" $cloud -}}
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
  template:
    metadata:
      labels:
        {{- include "support.labels" (list $root $component) | nindent 8 }}
        # Talks to the kubelet through a folder of the node, as root.
        hubfleet/pod-security: privileged
    spec:
      automountServiceAccountToken: false
      priorityClassName: system-node-critical
      {{- include "support.everyNode" $root | nindent 6 }}
      {{- with $settings.nodeLabels }}
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            # One of these is enough.
            nodeSelectorTerms:
              {{- range . }}
              - matchExpressions:
                  - key: {{ . }}
                    operator: Exists
              {{- end }}
      {{- end }}
      containers:
        - name: nvidia-device-plugin
          image: {{ $root.Values.nvidiaDevicePlugin.image.repository }}:{{ $root.Values.nvidiaDevicePlugin.image.tag }}
          env:
            # A node without a card is no error.
            - name: FAIL_ON_INIT_ERROR
              value: "false"
          securityContext:
            runAsUser: 0
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: [ALL]
            seccompProfile:
              type: RuntimeDefault
          resources:
            requests:
              cpu: 5m
              memory: 32Mi
            limits:
              cpu: 100m
              memory: 128Mi
          volumeMounts:
            - name: device-plugins
              mountPath: /var/lib/kubelet/device-plugins
      volumes:
        - name: device-plugins
          hostPath:
            path: /var/lib/kubelet/device-plugins
            type: Directory
{{- end }}
