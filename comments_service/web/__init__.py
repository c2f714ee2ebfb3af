"""What people see of the service: the visitors' form and receipt, the moderators' desk."""
