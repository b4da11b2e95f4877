/** Whom to show. */
export interface AvatarProps {
  readonly person: { readonly name: string; readonly displayName: string };
  /** Pixels. */
  readonly size?: number;
}

/** A hue that a name always has. */
function hueOf(name: string): number {
  let hash = 0;
  for (const char of name) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 360;
  return hash;
}

/** A person's initial on a colour of their own. Decoration: their name stands beside it. */
export function Avatar({ person, size = 32 }: AvatarProps) {
  const initial = [...(person.displayName || person.name)][0] ?? '?';
  const style = `--size:${size}px;--hue:${hueOf(person.name)}`;
  return (
    <span class="avatar" style={style} aria-hidden="true">
      {initial.toUpperCase()}
    </span>
  );
}
