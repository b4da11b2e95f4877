/** Tells a move when the new page stands in the document. */
let waiting: (() => void)[] = [];

/** Resolves at the next `markShown`, or after half a second, whichever is first. */
export function waitUntilShown(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    setTimeout(resolve, 500);
  });
}

/** Called by the page's frame once the new page is in the document. */
export function markShown(): void {
  const resolved = waiting;
  waiting = [];
  for (const resolve of resolved) resolve();
}
