from jupyterhub.app import JupyterHub

JupyterHub.instance()
