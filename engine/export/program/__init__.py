"""Export as a program of torch.export: one file that torch runs without any code of the network."""
