"""Which column is what: headers in German, English and French, as property companies and their systems write them."""
