// A few signs people know; no library, nothing loaded from elsewhere.

export const EMOJI = [
  "😊", "😀", "😄", "🙂", "😉", "😌", "😅", "😂", "🤝", "🙏", "👍", "👌", "👏", "💪", "🌹", "🎉",
  "❤️", "☀️", "🌟", "✨", "🎁", "☕", "😔", "😢", "😟", "🤔", "😮", "🙇", "✅", "❌", "⚠️", "❗",
  "❓", "👉", "👇", "📌", "📎", "📄", "📝", "📷", "📞", "📱", "💻", "🏠", "🏢", "🏦", "💰", "💳",
  "📅", "⏰", "⏳", "🔍", "🔒", "🔗", "1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "🚌",
];

/** Where an arrow key leads to in a grid of buttons with that many columns; 0 for other keys. */
export function gridStep(key: string, columns: number): number {
  return { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[key] ?? 0;
}
