"""WeChat's own API, one module for each group of its documentation."""
