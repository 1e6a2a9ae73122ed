"""What is asked of a result: how firm it is, what would change it, who agrees. A module each; none knows Qt."""
