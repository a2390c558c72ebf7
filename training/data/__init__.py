"""The public sets, and questions and claims made from them."""
