"""The website channel: the widget's Socket.IO namespace and the tokens by which a browser is known again."""
