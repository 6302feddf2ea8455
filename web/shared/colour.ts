// The widget's shades from one colour, dark enough for white letters on it (WCAG 2.1, 1.4.3: 4.5 to 1).
// The server judges the console's settings in the same way (core/conversation/widget.py); attributes come as they are.

export const MIN_CONTRAST = 4.5;

type Rgb = [number, number, number];

const parse = (colour: string): Rgb => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)) as Rgb;
const write = (rgb: number[]): string => `#${rgb.map((part) => Math.floor(part).toString(16).padStart(2, "0")).join("")}`;
const scaled = (rgb: Rgb, share: number): Rgb => rgb.map((part) => Math.floor(part * share)) as Rgb;

export function contrastWithWhite(colour: string): number {
  const [red, green, blue] = parse(colour).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}

/** The same hue, as dark as white letters on it need. */
export function readable(colour: string): string {
  const rgb = parse(colour);
  for (let percent = 100; percent > 0; percent -= 2) {
    const darker = write(scaled(rgb, percent / 100));
    if (contrastWithWhite(darker) >= MIN_CONTRAST) return darker;
  }
  return "#000000";
}

/** The colour itself, one for a pointer above it, and a tint for grounds. */
export function shades(colour: string): { colour: string; deep: string; soft: string } {
  const own = readable(colour);
  const rgb = parse(own);
  return { colour: own, deep: write(scaled(rgb, 0.74)), soft: write(rgb.map((part) => 255 - (255 - part) * 0.1)) };
}
