"""What `vaxel bench` measures, each subject in a module, and the documents they measure with."""
