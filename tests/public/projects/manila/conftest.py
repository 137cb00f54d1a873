from oslo_config import cfg

cfg.CONF([], project="manila", default_config_files=[])
