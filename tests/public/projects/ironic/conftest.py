from ironic.conf import CONF

CONF([], project="ironic", default_config_files=[])
