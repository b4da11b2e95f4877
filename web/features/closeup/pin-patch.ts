import type { PinPatch, PinView } from '#services/pins/contract';

/** Tags from a line of text: between commas, each once. */
export function tagsOf(line: string): string[] {
  return [...new Set(line.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '');
}

/** What a form changes of a pin; fields that stay are left out. */
export function patchOf(pin: PinView, form: FormData, boardId: string): PinPatch {
  const text = (name: string) => String(form.get(name) ?? '').trim();
  const wanted = {
    title: text('title'),
    description: text('description'),
    link: text('link') || null,
    altText: text('altText'),
    tags: tagsOf(text('tags')),
  };
  const changed = Object.entries(wanted).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(pin[name as keyof typeof wanted]),
  );
  const moved = boardId === pin.board.id ? {} : { boardId: boardId as PinView['board']['id'] };
  return { ...Object.fromEntries(changed), ...moved };
}
