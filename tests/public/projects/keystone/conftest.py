import keystone.conf

keystone.conf.configure()
