/** Size of an anchored dialog in pixels, as dialog.css has it. */
const size = { width: 320, height: 440 };

/** Custom properties that put a dialog under its anchor, or over it where there is no room; undefined without one. */
export function anchorStyle(anchor: DOMRect | null): string | undefined {
  if (!anchor || typeof window === 'undefined') return undefined;
  const left = Math.min(Math.max(12, anchor.left), window.innerWidth - size.width - 12);
  const fitsBelow = anchor.bottom + size.height < window.innerHeight;
  const top = fitsBelow ? anchor.bottom + 8 : Math.max(12, window.innerHeight - size.height - 12);
  return `--x:${Math.round(left)}px;--y:${Math.round(top)}px`;
}
