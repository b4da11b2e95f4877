import type { ServerHues } from './server-hues.ts';

/** Servers and their colours. */
export interface LegendProps {
  readonly hues: ServerHues;
  /** A remark behind a server's name. */
  readonly noteOf?: (server: string) => string;
}

const most = 24;

/** Which colour stands for which server. */
export function Legend({ hues, noteOf }: LegendProps) {
  const names = [...hues];
  return (
    <ul class="legend">
      {names.slice(0, most).map(([name, hue]) => (
        <li key={name} style={{ '--hue': hue }}>
          {name}
          {noteOf && <small>{noteOf(name)}</small>}
        </li>
      ))}
      {names.length > most && <li class="is-rest">and {names.length - most} more</li>}
    </ul>
  );
}
