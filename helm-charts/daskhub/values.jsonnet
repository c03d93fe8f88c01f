// What basehub computes, where hubs of this chart have it.
{ basehub: import '../basehub/values.jsonnet' }
