# SAMPLE, TO BE REPLACED: it goes for the database of database.yaml, which asks nobody for a password; only network.yaml
# keeps others away from it. For a database of your own, put its URI (user and password included) into a file of this
# name beside your overlay's kustomization.yaml, keep it out of version control, and add there:
#   secretGenerator: [{name: backend-store, behavior: replace, files: [narwhal.conf.py]}]
# and a NetworkPolicy that lets the back end out to it: network.yaml allows the database of database.yaml alone.
# It reaches Narwhal as a file, not as an environment variable: the environment is inherited, dumped and shown.
store = "mongodb://service-database:27017/narwhal?replicaSet=rs0"
