# Files of src/lab: mqduty-lab links libmqcore for src/base only.
