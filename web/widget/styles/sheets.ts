// Style sheets inside a shadow root.

export function addStyles(root: ShadowRoot, css: string, nonce: string | null): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  } catch {
    // Browsers before 2023: a style tag, which a strict policy lets through by the script's nonce.
    const style = document.createElement("style");
    if (nonce) style.nonce = nonce;
    style.textContent = css;
    root.append(style);
  }
}
