{{- /* The name of an object of this release: (list . "hub"). */}}
{{- define "jupyterhub.name" -}}
{{- $root := index . 0 }}
{{- $prefix := printf "%s-jupyterhub-" $root.Release.Name }}
{{- if contains "jupyterhub" $root.Release.Name }}{{ $prefix = printf "%s-" $root.Release.Name }}{{ end }}
{{- if kindIs "string" $root.Values.fullnameOverride }}
{{- $prefix = empty $root.Values.fullnameOverride | ternary "" (printf "%s-" $root.Values.fullnameOverride) }}
{{- end }}
{{- printf "%s%s" $prefix (index . 1) }}
{{- end }}

{{- /* The name of an object that belongs to no namespace, and must be unique among all releases. */}}
{{- define "jupyterhub.clusterName" -}}
{{- $name := include "jupyterhub.name" (list (index . 0) "") | trimSuffix "-" }}
{{- $name | default (printf "%s-%s" (index . 0).Release.Name (index . 1)) }}
{{- end }}

{{- define "jupyterhub.hubServiceAccount" -}}
{{- $own := .Values.hub.serviceAccount.create | ternary (include "jupyterhub.name" (list . "hub")) "default" }}
{{- .Values.hub.serviceAccount.name | default $own }}
{{- end }}

{{- /* The labels that select a component's pods: (list . "hub"). */}}
{{- define "jupyterhub.selector" -}}
{{- $name := (index . 0).Values.nameOverride | default "jupyterhub" -}}
app: {{ $name }}
release: {{ (index . 0).Release.Name }}
component: {{ index . 1 }}
{{- end }}

{{- define "jupyterhub.podLabels" -}}
{{ include "jupyterhub.selector" . }}
app.kubernetes.io/name: {{ (index . 0).Values.nameOverride | default "jupyterhub" }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "jupyterhub.labels" -}}
{{ include "jupyterhub.podLabels" . }}
chart: jupyterhub-{{ (index . 0).Chart.Version }}
helm.sh/chart: jupyterhub-{{ (index . 0).Chart.Version }}
heritage: {{ (index . 0).Release.Service }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
{{- end }}

{{- /* What the Secret of the hub that is there has under a key, else 64 hexadecimal digits by chance, as the official chart
       does it: (list . "hub.config.JupyterHub.cookie_secret"). */}}
{{- define "jupyterhub.token" -}}
{{- $root := index . 0 }}
{{- $secret := lookup "v1" "Secret" $root.Release.Namespace (include "jupyterhub.name" (list $root "hub")) | default dict }}
{{- $known := get ($secret.data | default dict) (index . 1) }}
{{- if $known }}
{{- b64dec $known }}
{{- else }}
{{- randAlphaNum 64 | sha256sum }}
{{- end }}
{{- end }}

{{- /* A Secret's `data` of extraFiles. */}}
{{- define "jupyterhub.files" -}}
{{- range $key, $file := . }}
{{- $text := $file.stringData }}
{{- if $file.data }}
{{- $text = hasSuffix ".json" $file.mountPath | ternary (toJson $file.data) (toYaml $file.data) }}
{{- end }}
{{ $key | quote }}: {{ $file.binaryData | default (b64enc (toString $text)) | quote }}
{{- end }}
{{- end }}

{{- /* A list of variables of a dictionary or a list. */}}
{{- define "jupyterhub.env" -}}
{{- if kindIs "slice" . }}
{{- toYaml . }}
{{- else }}
{{- range $name, $value := . }}
{{- if kindIs "map" $value }}
{{ merge (dict "name" $name) $value | list | toYaml }}
{{- else }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Where core pods run: (list . .Values.hub.nodeSelector .Values.hub.tolerations). */}}
{{- define "jupyterhub.placement" -}}
{{- $scheduling := (index . 0).Values.scheduling }}
{{- if $scheduling.podPriority.enabled }}
priorityClassName: {{ include "jupyterhub.clusterName" (list (index . 0) "default-priority") }}
{{- end }}
{{- with index . 1 }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
tolerations: {{- concat $scheduling.corePods.tolerations (index . 2) | toYaml | nindent 2 }}
{{- $term := dict "key" "hub.jupyter.org/node-purpose" "operator" "In" "values" (list "core") }}
{{- $terms := dict "matchExpressions" (list $term) }}
{{- if eq $scheduling.corePods.nodeAffinity.matchNodePurpose "require" }}
affinity:
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms: {{- list $terms | toYaml | nindent 8 }}
{{- else if eq $scheduling.corePods.nodeAffinity.matchNodePurpose "prefer" }}
affinity:
  nodeAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        preference: {{- toYaml $terms | nindent 10 }}
{{- end }}
{{- end }}

{{- /* The egress rules that the switches of a network policy mean: (list . .Values.hub.networkPolicy). */}}
{{- define "jupyterhub.egress" -}}
{{- $metadata := printf "%s/32" (index . 0).Values.singleuser.cloudMetadata.ip }}
{{- $private := list "10.0.0.0/8" "172.16.0.0/12" "192.168.0.0/16" }}
{{- $policy := index . 1 }}
{{- $rules := $policy.egressAllowRules }}
{{- if or $rules.dnsPortsPrivateIPs $rules.dnsPortsCloudMetadataServer $rules.dnsPortsKubeSystemNamespace }}
- ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
  to:
    {{- if $rules.dnsPortsCloudMetadataServer }}
    - ipBlock: {cidr: {{ $metadata }}}
    {{- end }}
    {{- if $rules.dnsPortsKubeSystemNamespace }}
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
    {{- end }}
    {{- range $rules.dnsPortsPrivateIPs | ternary $private list }}
    - ipBlock: {cidr: {{ . }}}
    {{- end }}
{{- end }}
{{- if $rules.nonPrivateIPs }}
- to:
    - ipBlock: {cidr: 0.0.0.0/0, except: {{ append $private $metadata | toJson }}}
{{- end }}
{{- range concat ($rules.privateIPs | ternary $private list) ($rules.cloudMetadataServer | ternary (list $metadata) list) }}
- to:
    - ipBlock: {cidr: {{ . }}}
{{- end }}
{{- with $policy.egress }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* Who may come in: (list .Values.hub.networkPolicy "hub" "http"). */}}
{{- define "jupyterhub.ingressRules" -}}
{{- $policy := index . 0 }}
{{- $label := dict "matchLabels" (dict (printf "hub.jupyter.org/network-access-%s" (index . 1)) "true") }}
{{- range $policy.allowedIngressPorts }}
- ports:
    - {port: {{ . }}, protocol: TCP}
{{- end }}
- ports:
    - {port: {{ index . 2 }}, protocol: TCP}
  from:
    {{- if eq $policy.interNamespaceAccessLabels "accept" }}
    - {{ dict "podSelector" $label "namespaceSelector" (dict "matchLabels" dict) | toJson }}
    - {{ dict "namespaceSelector" $label | toJson }}
    {{- else }}
    - {{ dict "podSelector" $label | toJson }}
    {{- end }}
{{- with $policy.ingress }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* The name that other charts ask for by the official chart's helper. */}}
{{- define "jupyterhub.hub.fullname" -}}
hub
{{- end }}

{{- /* A container's probes: (list .Values.hub "/hub/health"). */}}
{{- define "jupyterhub.probes" -}}
{{- $section := index . 0 }}
{{- $path := index . 1 }}
{{- range $kind := list "livenessProbe" "readinessProbe" }}
{{- $probe := get $section $kind }}
{{- if $probe.enabled }}
{{ $kind }}:
  {{- omit $probe "enabled" | toYaml | nindent 2 }}
  httpGet: {path: {{ $path }}, port: http}
{{- end }}
{{- end }}
{{- end }}
