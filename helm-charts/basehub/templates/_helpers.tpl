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
