{{- /* Labels of every object of this chart. Call with (dict "root" $ "component" NAME). */}}
{{- define "basehub.labels" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{- /* What selects the pods of a component. */}}
{{- define "basehub.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- /* A container that may do nothing but its work: what the pod security level `restricted` asks for, and more. */}}
{{- define "basehub.restricted" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop:
    - ALL
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- /* The hub's folder on the NFS server. */}}
{{- define "basehub.share" -}}
{{ .Values.nfs.pv.baseShareName }}{{ .Values.nfs.pv.shareNameOverride | default .Release.Name }}
{{- end }}

{{- /* Whether the chart makes a claim for homes. Two kinds at once would be two volumes under one name. */}}
{{- define "basehub.hasHomes" -}}
{{- if and .Values.nfs.enabled .Values.nfs.pv.enabled .Values.homeStorageClass.enabled -}}
{{- fail "nfs.pv.enabled and homeStorageClass.enabled both make the homes of this hub; switch one off" -}}
{{- end -}}
{{- $server := index .Values "jupyterhub-home-nfs" -}}
{{- $disk := or ($server.eks | default dict).enabled ($server.gke | default dict).enabled ($server.openstack | default dict).enabled ($server.persistentVolume | default dict).storageClass -}}
{{- if and $server.enabled (not $disk) -}}
{{- fail "jupyterhub-home-nfs has no disk: enable its eks, gke or openstack with a volumeId, set its persistentVolume.storageClass, or switch it off" -}}
{{- end -}}
{{- if or (and .Values.nfs.enabled .Values.nfs.pv.enabled) .Values.homeStorageClass.enabled }}true{{ end -}}
{{- end }}

{{- /* What pods of a Dask cluster may reach: the other kind of pods (peer), the gateway, names, public addresses; and the
cloud's identity where servers may, because they are the same users. */}}
{{- define "basehub.daskEgress" -}}
- to:
    - podSelector:
        matchLabels:
          app.kubernetes.io/component: {{ .peer }}
    - podSelector:
        matchLabels:
          app.kubernetes.io/component: gateway
    - podSelector:
        matchLabels:
          app.kubernetes.io/component: traefik
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
- to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except:
          - 10.0.0.0/8
          - 100.64.0.0/10
          - 169.254.0.0/16
          - 172.16.0.0/12
          - 192.168.0.0/16
{{- if eq (toString ((.root.Values.jupyterhub.singleuser.cloudMetadata | default dict).blockWithIptables)) "false" }}
- to:
    - ipBlock:
        cidr: 169.254.169.254/32
    - ipBlock:
        cidr: 169.254.169.252/32
  ports:
    - port: 80
      protocol: TCP
    - port: 988
      protocol: TCP
{{- end }}
{{- end }}

{{- /* Whether the service runs that lets users download their homes. It does not where it could give one user the home of
another: its names of folders must be those of the servers' mounts. A hub's own service of that name stays alone. */}}
{{- define "basehub.homeDownload" -}}
{{- $service := index .Values.jupyterhub.hub.services "home-download" }}
{{- $storage := .Values.jupyterhub.singleuser.storage }}
{{- $scheme := (.Values.jupyterhub.hub.config.KubeSpawner | default dict).slug_scheme | default "safe" }}
{{- $folders := dict "escape" (list "{escaped_username}") "safe" (list "{safe_username}") "plain" (list "{unescaped_username}") }}
{{- /* What {username} means is KubeSpawner's setting. */}}
{{- $folders = set $folders $scheme (append (get $folders $scheme | default list) "{username}") }}
{{- $folder := $storage.static.subPath | default "" | splitList "/" | first }}
{{- $isTheSame := and (eq $storage.type "static") (eq $storage.static.pvcName "home-nfs") (has $folder (get $folders .Values.homeDownload.nameScheme)) }}
{{- if and .Values.homeDownload.enabled (include "basehub.hasHomes" .) $isTheSame }}
{{- if not (or $service.url $service.command) }}true{{ end -}}
{{- end -}}
{{- end }}

{{- /* The hub's base URL with a slash at both ends. */}}
{{- define "basehub.baseURL" -}}
/{{ with .Values.jupyterhub.hub.baseUrl | default "/" | trimAll "/" }}{{ . }}/{{ end }}
{{- end }}

{{- /* The bytes of a quantity such as 10Gi. */}}
{{- define "basehub.bytes" -}}
{{- $unit := regexFind "[KMGTP]i?$" . }}
{{- $bytes := trimSuffix $unit . | int64 }}
{{- range until (index (dict "" 0 "K" 1 "M" 2 "G" 3 "T" 4 "P" 5) (trimSuffix "i" $unit)) }}
{{- $bytes = mul $bytes (hasSuffix "i" $unit | ternary 1024 1000) }}
{{- end }}
{{- $bytes }}
{{- end }}
