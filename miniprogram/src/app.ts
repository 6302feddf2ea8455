// The mini-program itself: nothing but the page of the chat.

App({});
