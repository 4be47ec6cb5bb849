"""What training and testing come to, in numbers, whatever the size of the batches."""
