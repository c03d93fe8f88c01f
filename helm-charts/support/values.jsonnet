// What a fleet knows of a cluster, as values. Weaker than the files that the cluster lists. Rendered by
//   jsonnet --ext-str HUBFLEET_CLUSTER=... values.jsonnet

// The cluster's name in its cloud.
{ clusterName: std.extVar('HUBFLEET_CLUSTER') }
