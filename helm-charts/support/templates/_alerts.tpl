{{/* The rule file with what comes from values: prices, and the ends of credentials. */}}
{{- define "support.valueRules" -}}
groups:
  - name: values
    rules:
      - record: hubfleet:price:memory_gibibyte_hour
        expr: vector({{ .Values.costs.pricePerMemoryGiBHour }})
      - record: hubfleet:price:storage_gibibyte_month
        expr: vector({{ .Values.costs.pricePerStorageGiBMonth }})
      {{- range .Values.credentials }}
      - record: hubfleet:credential:expiry_timestamp_seconds
        expr: vector({{ printf "%s UTC" .expires | mustToDate "2006-01-02 MST" | unixEpoch }})
        labels:
          credential: {{ .name | quote }}
      {{- end }}
{{- end }}

{{/* One rule file: links are completed, alerts that are switched off are left out. Takes a list: root, text. */}}
{{- define "support.alertFile" -}}
{{- $root := index . 0 -}}
{{- $base := printf "%s#" (trimSuffix "#" $root.Values.alerts.runbookBaseUrl) -}}
{{- $file := index . 1 | replace "RUNBOOKS#" $base | fromYaml -}}
{{- $groups := list -}}
{{- range $group := $file.groups -}}
{{- $rules := list -}}
{{- range $rule := $group.rules -}}
{{- if not (has (get $rule "alert") $root.Values.alerts.disabled) -}}
{{- $rules = append $rules $rule -}}
{{- end -}}
{{- end -}}
{{- if $rules -}}
{{- $groups = append $groups (merge (dict "rules" $rules) $group) -}}
{{- end -}}
{{- end -}}
{{- dict "groups" $groups | toYaml -}}
{{- end }}

{{/* Stops when a name in alerts.disabled is no alert: a slip there would leave the alert on. */}}
{{- define "support.checkDisabledAlerts" -}}
{{- $names := list -}}
{{- range $path, $_ := .Files.Glob "files/alerts/*.rules.yaml" -}}
{{- range regexFindAll "alert: [A-Za-z]+" ($.Files.Get $path) -1 -}}
{{- $names = append $names (trimPrefix "alert: " .) -}}
{{- end -}}
{{- end -}}
{{- range .Values.alerts.disabled -}}
{{- if not (has . $names) -}}
{{- fail (printf "alerts.disabled: there is no alert %s" .) -}}
{{- end -}}
{{- end -}}
{{- end }}
