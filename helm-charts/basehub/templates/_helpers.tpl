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

{{- /* The public addresses, as a peer of a rule. Left out are private networks, and ranges in which clouds have their own
services and give out credentials: 169.254.169.254, 169.254.170.2, 100.100.100.200. */}}
{{- define "basehub.publicAddresses" -}}
ipBlock:
  cidr: 0.0.0.0/0
  except:
    - 10.0.0.0/8
    - 100.64.0.0/10
    - 169.254.0.0/16
    - 172.16.0.0/12
    - 192.168.0.0/16
{{- end }}

{{- /* Name servers, as a rule: pods of kube-system, private addresses, the cache on each node, and the one of Google Cloud;
port 53 only. */}}
{{- define "basehub.nameServers" -}}
- to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: kube-system
    - ipBlock:
        cidr: 10.0.0.0/8
    - ipBlock:
        cidr: 172.16.0.0/12
    - ipBlock:
        cidr: 192.168.0.0/16
    - ipBlock:
        cidr: 169.254.20.10/32
    - ipBlock:
        cidr: 169.254.169.254/32
  ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
{{- end }}

{{- /* The cloud's identity, as a rule, where servers may have it: the official chart opens one address of it then. */}}
{{- define "basehub.cloudIdentity" -}}
{{- $server := .Values.jupyterhub.singleuser }}
{{- $rules := ($server.networkPolicy | default dict).egressAllowRules | default dict }}
{{- $isOpen := and $rules.cloudMetadataServer (eq (toString ($server.cloudMetadata | default dict).blockWithIptables) "false") }}
{{- if $isOpen }}
- to:
    - ipBlock:
        cidr: 169.254.169.254/32
    # Where nodes of Google Cloud answer for the address above.
    - ipBlock:
        cidr: 169.254.169.252/32
  ports:
    - port: 80
      protocol: TCP
    - port: 988
      protocol: TCP
{{- end }}
{{- end }}

{{- /* What builds of images may reach: names, public addresses on all ports, and what the hub opens for them. */}}
{{- define "basehub.buildEgress" -}}
{{ include "basehub.nameServers" . }}
- to:
    - {{- include "basehub.publicAddresses" . | nindent 6 }}
{{- with .Values.egress.builds.allow }}
{{ toYaml . }}
{{- end }}
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
{{ include "basehub.nameServers" .root }}
- to:
    - {{- include "basehub.publicAddresses" .root | nindent 6 }}
{{- include "basehub.cloudIdentity" .root }}
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

{{- /* The quota of each home in bytes, for the page of downloads to tell: the one that is said, or the one that the disk
sets for all homes alike. */}}
{{- define "basehub.homeQuota" -}}
{{- $disk := index .Values "jupyterhub-home-nfs" }}
{{- $enforcer := $disk.quotaEnforcer | default dict }}
{{- $manager := ($enforcer.config | default dict).QuotaManager | default dict }}
{{- if .Values.homeDownload.quota }}
{{- include "basehub.bytes" .Values.homeDownload.quota }}
{{- else if and $disk.enabled (include "basehub.isEnforced" .) $manager.hard_quota (not $manager.quota_overrides) }}
{{- mulf $manager.hard_quota 1073741824 | int64 }}
{{- end }}
{{- end }}

{{- /* Whether jupyterhub-home-nfs sets quotas, as it does unless it is told not to. */}}
{{- define "basehub.isEnforced" -}}
{{- $enforcer := (index .Values "jupyterhub-home-nfs").quotaEnforcer | default dict }}
{{- if ne (toString $enforcer.enabled) "false" }}true{{ end -}}
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

{{- /* The parts that the hub's Python cannot see itself: whether each runs, and where. Values of the parent chart do not
reach the hub. The names of sub-charts' objects are those that they give themselves. */}}
{{- define "basehub.parts" -}}
{{- $dask := dict "runs" false }}
{{- if index .Values "dask-gateway" "enabled" }}
{{- $name := include "dask-gateway.traefikName" (index .Subcharts "dask-gateway") | trim }}
{{- $dask = dict "runs" true "host" (printf "%s.%s" $name .Release.Namespace) "port" (index .Values "dask-gateway" "traefik" "service" "ports" "web" "port") }}
{{- end }}
{{- $binder := dict "runs" false }}
{{- if index .Values "binderhub-service" "enabled" }}
{{- $name := include "binderhub-service.binderhub.fullname" (index .Subcharts "binderhub-service") | trim }}
{{- $binder = dict "runs" true "host" $name "port" (index .Values "binderhub-service" "service" "port") }}
{{- end }}
{{- dict
    "binder" $binder
    "dask-gateway" $dask
    "home-download" (dict "runs" (not (empty (include "basehub.homeDownload" .))))
    "jupyterhub-groups-exporter" (dict "runs" (index .Values "jupyterhub-groups-exporter" "enabled"))
    | toPrettyJson }}
{{- end }}
