// The browser's word that its network is back, for the socket client (socket.ts).

export const onBrowserOnline = (back: () => void): void => window.addEventListener("online", back);
