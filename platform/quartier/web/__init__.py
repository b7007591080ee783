"""The pages' shell: render, navigation, forms, errors."""
