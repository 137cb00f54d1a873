import glance.cmd.manage
from oslo_config import cfg
cfg.CONF([], project="glance", default_config_files=[])
