"""The commands of this service that are more than find, decide and write. Routes and due jobs call them alike."""
