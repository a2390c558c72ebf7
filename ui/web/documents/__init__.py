"""The documents as the page changes them, and example questions made from them."""
