"""Configuration of a binder hub, for two programs: `binder.hub` for JupyterHub and `binder.service` for BinderHub.

Each has one function, `configure(c)`, which the chart's values call. Neither imports the other's libraries.
"""
