"""The company's own choices: its look, its names, its modules, its texts. Staff make them in the Cockpit."""
