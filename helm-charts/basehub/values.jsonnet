// What a fleet knows of a hub, as values: its address, its share of the home disk, its permissions in the cloud.
// Weaker than the files that the hub lists, stronger than values.yaml. Rendered by
//   jsonnet --ext-str HUBFLEET_CLUSTER=... (and the four below) values.jsonnet
// so that whoever leaves the fleet can keep the result as a plain file.

// The cluster's name in its cloud, and the hub's name.
local cluster = std.extVar('HUBFLEET_CLUSTER');
local hub = std.extVar('HUBFLEET_HUB');
// The hub's host name.
local domain = std.extVar('HUBFLEET_DOMAIN');
// aws, gcp, azure (kubeconfig: another cloud; local: one machine), and the account or project there.
local provider = std.extVar('HUBFLEET_PROVIDER');
local account = std.extVar('HUBFLEET_ACCOUNT');

local isStaging = std.length(std.findSubstr('staging', hub)) > 0;

local address = if domain == '' then {} else {
  ingress: {
    hosts: [domain],
    tls: [{ hosts: [domain], secretName: 'https-auto-tls' }],
  },
  hub: {
    config: {
      // All logins that lead to another site inherit it.
      OAuthenticator: { oauth_callback_url: 'https://%s/hub/oauth_callback' % domain },
    },
  },
};

// Nodes of Google Cloud resolve names of the cluster. On AWS the address of the NFS server is a value of the hub.
local mount = {
  aws: { mountOptions: ['rsize=1048576', 'wsize=1048576', 'timeo=600', 'soft', 'retrans=2', 'noresvport'] },
  gcp: { serverIP: 'storage-quota-home-nfs.%s.svc.cluster.local' % hub, mountOptions: ['soft', 'noatime'] },
};

local permissions = {
  aws: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::%s:role/%s-%s' % [account, cluster, hub] },
  gcp: { 'iam.gke.io/gcp-service-account': '%s-%s@%s.iam.gserviceaccount.com' % [cluster, hub, account] },
};

// A server that many users work on needs memory for what is open; one that runs out of it stops all homes.
local serverResources = {
  requests: { cpu: '200m', memory: '2Gi' },
  limits: { cpu: '4', memory: '6Gi' },
};

{
  nfs: {
    // Where homes are on an NFS server of a cloud that Hubfleet knows nothing of, nothing else says how full it is.
    volumeReporter: { enabled: provider == 'kubeconfig' },
    pv: if std.objectHas(mount, provider) then mount[provider] else {},
  },
  userServiceAccount: {
    annotations: if std.objectHas(permissions, provider) then permissions[provider] else {},
  },
  jupyterhub: address,
  'jupyterhub-home-nfs': {
    eks: { enabled: provider == 'aws' },
    gke: { enabled: provider == 'gcp' },
    nfsServer: if isStaging then {} else { resources: serverResources },
    quotaEnforcer: {
      config: {
        QuotaManager: {
          // Each hub has a folder of its own on the disk, and its quotas beside it. A hub with nfs.pv.shareNameOverride
          // says these three anew.
          paths: ['/export/' + hub],
          projects_file: '/export/%s/.projects' % hub,
          projid_file: '/export/%s/.projid' % hub,
          // GiB for each user.
          hard_quota: if isStaging then 1 else 10,
        },
      },
    },
  },
}
