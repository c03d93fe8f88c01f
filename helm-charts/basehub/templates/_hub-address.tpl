{{- /* The path of a hub, and what must follow it. The chart binderhub has this file too, by a link, which Helm follows. */}}

{{- /* The hub's base URL with a slash at both ends. Call with a root that has the values of jupyterhub. */}}
{{- define "hubAddress.base" -}}
/{{ with .Values.jupyterhub.hub.baseUrl | default "/" | trimAll "/" }}{{ . }}/{{ end }}
{{- end }}

{{- /* The hub's API inside its namespace. */}}
{{- define "hubAddress.api" -}}
http://hub:8081{{ include "hubAddress.base" . }}hub/api
{{- end }}

{{- /* Stops where a login comes back to an address that a hub below a path does not have. What a class of logins says hides
what OAuthenticator says for all. Logins without an address to come back to are none of its business. */}}
{{- define "hubAddress.checkCallback" -}}
{{- $config := .Values.jupyterhub.hub.config | default dict }}
{{- $class := ($config.JupyterHub | default dict).authenticator_class | toString | lower }}
{{- $wanted := printf "%shub/oauth_callback" (include "hubAddress.base" .) }}
{{- $said := dict }}
{{- range $section, $settings := $config }}
{{- if and (hasSuffix "OAuthenticator" $section) (kindIs "map" $settings) }}
{{- with $settings.oauth_callback_url }}{{ $_ := set $said $section . }}{{ end }}
{{- end }}
{{- end }}
{{- if gt (len $said) 1 }}{{ $said = omit $said "OAuthenticator" }}{{ end }}
{{- if and (ne $wanted "/hub/oauth_callback") (regexMatch "oauth|github|gitlab|google|globus|cilogon|auth0|azuread|generic|bitbucket|mediawiki|openshift|okpy" $class) }}
{{- range $section, $address := $said }}
{{- if and (kindIs "string" $address) (ne (regexReplaceAll "^https?://[^/]*" $address "") $wanted) }}
{{- $right := printf "%s%s" (regexFind "^https?://[^/]*" $address) $wanted }}
{{- fail (printf "jupyterhub.hub.config.%s.oauth_callback_url is %s, where this hub is not: its baseUrl is %s. Set it to %s, and tell the login provider" $section $address (include "hubAddress.base" $) $right) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
