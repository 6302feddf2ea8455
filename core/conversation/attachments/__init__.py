"""Files of conversations: kept, checked, linked, and cleaned away when nobody sent them."""
