{{- /* Two values that must agree, and parts that point at others. Stops where they do not, and says what to set. Sub-charts
cannot see each other's values, so what must be the same in two of them is said twice and compared here. */}}
{{- define "basehub.check" -}}
{{- include "basehub.checkQuotas" . }}
{{- include "basehub.checkParts" . }}
{{- include "basehub.checkEgress" . }}
{{- include "basehub.checkPath" . }}
{{- end }}

{{- /* The folder that jupyterhub-home-nfs counts must be the one with the homes: it takes each folder in it for one home. The
server offers its disk, which it has at /export, as /. */}}
{{- define "basehub.checkQuotas" -}}
{{- $server := index .Values "jupyterhub-home-nfs" }}
{{- $manager := (($server.quotaEnforcer | default dict).config | default dict).QuotaManager | default dict }}
{{- if and $server.enabled .Values.nfs.enabled .Values.nfs.pv.enabled (include "basehub.isEnforced" .) }}
{{- $folder := include "basehub.share" . | trimSuffix "/" }}
{{- if not (hasPrefix "/export/" $folder) }}{{ $folder = printf "/export%s" $folder }}{{ end }}
{{- $counted := list }}
{{- range $manager.paths | default (list "/export") }}{{ $counted = append $counted (trimSuffix "/" .) }}{{ end }}
{{- if not (has $folder $counted) }}
{{- $lines := printf "paths: [%s], projects_file: %s/.projects, projid_file: %s/.projid" $folder $folder $folder }}
{{- fail (printf "the homes are in %s on the disk of jupyterhub-home-nfs, and quotas are set for the folders in %s: all homes would share one quota, or have none. Set jupyterhub-home-nfs.quotaEnforcer.config.QuotaManager to {%s}" $folder (join ", " $counted) $lines) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "basehub.checkParts" -}}
{{- $hub := .Values.jupyterhub }}
{{- $custom := $hub.custom }}
{{- $dask := index .Values "dask-gateway" }}
{{- if ne (toString $dask.enabled) (toString $custom.daskhubSetup.enabled) }}
{{- fail (printf "dask-gateway.enabled is %v, but jupyterhub.custom.daskhubSetup.enabled is %v: the one runs the gateway, the other tells servers of it. Set both alike" $dask.enabled $custom.daskhubSetup.enabled) }}
{{- end }}
{{- $binder := index .Values "binderhub-service" }}
{{- if and $custom.binderhubUI.enabled (not $binder.enabled) (not (index $hub.hub.services "binder" | default dict).url) }}
{{- fail "jupyterhub.custom.binderhubUI.enabled is true, but binderhub-service.enabled is not, and jupyterhub.hub.services.binder has no url: nothing could start servers. Enable binderhub-service, or switch binderhubUI off" }}
{{- end }}
{{- if not .Values.userServiceAccount.enabled }}
{{- if eq (toString $hub.singleuser.serviceAccountName) "user-sa" }}
{{- fail "userServiceAccount.enabled is false, but jupyterhub.singleuser.serviceAccountName is user-sa, which nothing makes then. Set it to another account, or to null" }}
{{- end }}
{{- range $kind := list "scheduler" "worker" }}
{{- if and $dask.enabled (eq (toString (index $dask.gateway.backend $kind "extraPodConfig" "serviceAccountName")) "user-sa") }}
{{- fail (printf "userServiceAccount.enabled is false, but dask-gateway.gateway.backend.%s.extraPodConfig.serviceAccountName is user-sa, which nothing makes then. Set it to another account, or to null" $kind) }}
{{- end }}
{{- end }}
{{- end }}
{{- if and .Values.nfs.enabled .Values.nfs.shareCreator.enabled (not .Values.nfs.pv.enabled) }}
{{- fail "nfs.shareCreator.enabled makes the hub's folder on the server of nfs.pv, but nfs.pv.enabled is false. Switch it off as well" }}
{{- end }}
{{- $exporter := index .Values "jupyterhub-groups-exporter" }}
{{- if $exporter.enabled }}
{{- $host := ($exporter.config.groupsExporter | default dict).prometheus_host | toString }}
{{- if and (regexMatch "\\.svc(\\.|$)" $host) (ne (index (splitList "." $host) 1) .Values.monitoring.namespace) }}
{{- fail (printf "monitoring.namespace is %s, but jupyterhub-groups-exporter.config.groupsExporter.prometheus_host is %s, of another namespace" .Values.monitoring.namespace $host) }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Policies add up, so none may open what another closes. */}}
{{- define "basehub.checkEgress" -}}
{{- $policy := .Values.jupyterhub.singleuser.networkPolicy | default dict }}
{{- $rules := $policy.egressAllowRules | default dict }}
{{- $says := toString $rules.nonPrivateIPs }}
{{- if $policy.enabled }}
{{- /* As the official chart sees it: versions of Helm differ in whether a null reaches a sub-chart. */}}
{{- if (index .Subcharts "jupyterhub").Values.singleuser.networkPolicy.egressAllowRules.nonPrivateIPs }}
{{- fail "jupyterhub.singleuser.networkPolicy.egressAllowRules.nonPrivateIPs: true opens ranges in which clouds have their own services, such as 100.64.0.0/10. Leave it out: servers reach every port of public addresses then" }}
{{- end }}
{{- if and (not .Values.egress.web) (ne $says "false") }}
{{- fail "egress.web is false, but jupyterhub.singleuser.networkPolicy.egressAllowRules.nonPrivateIPs is not: servers would still reach all public addresses. Set it to false as well" }}
{{- end }}
{{- end }}
{{- $binder := index .Values "binderhub-service" }}
{{- if and $binder.enabled ($binder.networkPolicy | default dict).enabled }}
{{- fail "binderhub-service.networkPolicy.enabled: true lets builds reach the cloud's metadata. This chart has policies of its own for them: leave it out, and open single targets in egress.builds.allow" }}
{{- end }}
{{- end }}

{{- /* A hub below a path: what asks for it, or is reached through it, must have the path. */}}
{{- define "basehub.checkPath" -}}
{{- $base := include "hubAddress.base" . }}
{{- $dask := index .Values "dask-gateway" }}
{{- $wanted := printf "%sservices/dask-gateway" $base }}
{{- if and $dask.enabled (ne (trimSuffix "/" $dask.gateway.prefix) $wanted) }}
{{- fail (printf "dask-gateway.gateway.prefix is %s, but the hub, whose baseUrl is %s, has the gateway at %s. Set it to that" $dask.gateway.prefix $base $wanted) }}
{{- end }}
{{- $binder := index .Values "binderhub-service" }}
{{- $path := printf "%sservices/binder" $base }}
{{- if and $binder.enabled (not ($binder.ingress | default dict).enabled) (ne (trimSuffix "/" (toString $binder.config.BinderHub.base_url)) $path) }}
{{- fail (printf "binderhub-service.config.BinderHub.base_url is %s, but the hub, whose baseUrl is %s, has it at %s. Set it to that" $binder.config.BinderHub.base_url $base $path) }}
{{- end }}
{{- include "hubAddress.checkCallback" . }}
{{- end }}
