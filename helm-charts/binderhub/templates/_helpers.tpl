{{- /* Labels of every object of this chart. Call with (dict "root" $ "component" NAME). */}}
{{- define "binderhub.labels" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{- /* Where an ingress is reached: its first host. Call with the values of the ingress. */}}
{{- define "binderhub.ingressAddress" -}}
{{- if and .enabled .hosts -}}
{{ ternary "https" "http" (not (empty .tls)) }}://{{ first .hosts }}
{{- end -}}
{{- end }}

{{- define "binderhub.binderAddress" -}}
{{ .Values.addresses.binder | default (include "binderhub.ingressAddress" (index .Values "binderhub-service" "ingress")) }}
{{- end }}

{{- define "binderhub.hubAddress" -}}
{{ .Values.addresses.hub | default (include "binderhub.ingressAddress" .Values.jupyterhub.ingress) }}
{{- end }}

{{- /* Public addresses, on some TCP ports. Call with (dict "root" $ "ports" LIST). */}}
{{- define "binderhub.publicRule" -}}
- to:
    - ipBlock:
        cidr: 0.0.0.0/0
        {{- with .root.Values.egress.blockedRanges }}
        except:
          {{- toYaml . | nindent 10 }}
        {{- end }}
  ports:
    {{- range .ports }}
    - port: {{ . }}
      protocol: TCP
    {{- end }}
{{- end }}

{{- /* Further ranges, each with its ports or all. Call with the list. */}}
{{- define "binderhub.rangeRules" -}}
{{- range . }}
- to:
    - ipBlock:
        cidr: {{ .cidr }}
  {{- with .ports }}
  ports:
    {{- range . }}
    - port: {{ . }}
      protocol: TCP
    {{- end }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* Name servers. Call with the root. */}}
{{- define "binderhub.dnsRule" -}}
- to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {{ .Values.egress.dns.namespace }}
    {{- range .Values.egress.dns.addresses }}
    - ipBlock:
        cidr: {{ . }}
    {{- end }}
  ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
{{- end }}

{{- /* What must agree between this chart's values and those of its parts. */}}
{{- define "binderhub.check" -}}
{{- $class := .Values.jupyterhub.hub.config.JupyterHub.authenticator_class | toString }}
{{- if and .Values.login.enabled (has $class (list "null" "dummy")) }}
{{- fail (printf "login.enabled is true, but jupyterhub.hub.config.JupyterHub.authenticator_class is %q: nobody could log in safely" $class) }}
{{- end }}
{{- if and (not .Values.login.enabled) (ne $class "null") }}
{{- fail (printf "login.enabled is false, but jupyterhub.hub.config.JupyterHub.authenticator_class is %q, not \"null\": set login.enabled to true" $class) }}
{{- end }}
{{- if ne (toString .Values.jupyterhub.singleuser.storage.type) "none" }}
{{- fail "jupyterhub.singleuser.storage.type must be none: a binder hub keeps nothing. Use the chart basehub for homes" }}
{{- end }}
{{- if (index .Values "binderhub-service" "networkPolicy" | default dict).enabled }}
{{- fail "binderhub-service.networkPolicy.enabled: true would let builds reach the cloud's metadata. Use egress.builds.allowedRanges" }}
{{- end }}
{{- include "hubAddress.checkCallback" . }}
{{- range $rule, $on := .Values.jupyterhub.singleuser.networkPolicy.egressAllowRules }}
{{- if $on }}
{{- fail (printf "jupyterhub.singleuser.networkPolicy.egressAllowRules.%s would open what egress closes. Use egress.servers.allowedRanges" $rule) }}
{{- end }}
{{- end }}
{{- end }}
