"""The Werkstatt: designs, and all that is changed in them before it is deployed."""
