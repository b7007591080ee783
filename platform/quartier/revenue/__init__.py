"""Monthly recurring revenue and what moved it, from the prices that contract lines have frozen."""
