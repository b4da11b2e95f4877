/** Where metrics and traces go, as people write it. */
import Type, { type Static } from 'typebox';
import { InvalidInputError } from '#kernel/errors';
import type { UdpAddress } from '#kernel/statsd/emitter';

const AddressSchema = Type.String({ pattern: '^(\\[[0-9a-fA-F:]+\\]|[^:\\s]+):\\d{1,5}$' });

/** What is left out is off. */
export const TelemetryFileSchema = Type.Object(
  {
    /** A StatsD server that gets all metrics: `host:port`. */
    statsd: Type.Optional(AddressSchema),
    /** Where to take StatsD lines of other programs: `host:port`. */
    statsdListen: Type.Optional(AddressSchema),
    /** An OpenTelemetry collector: `http://host:4318`. */
    otlp: Type.Optional(Type.String({ pattern: '^https?://[^\\s]+$' })),
    /** The share of traces that are sent, 0 to 1; all unless said. */
    otlpSample: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  },
  { additionalProperties: false },
);
type TelemetryFile = Static<typeof TelemetryFileSchema>;

/** Where metrics and traces go; null: nowhere. */
export interface Telemetry {
  readonly statsd: UdpAddress | null;
  readonly statsdListen: UdpAddress | null;
  readonly otlp: { readonly url: string; readonly sample: number } | null;
}

function addressOf(field: string, text: string | undefined): UdpAddress | null {
  if (text === undefined) return null;
  const at = text.lastIndexOf(':');
  const port = Number(text.slice(at + 1));
  if (port > 65_535) throw new InvalidInputError(field, 'must be host:port with a port up to 65535');
  return { host: text.slice(0, at).replace(/^\[|\]$/g, ''), port };
}

/** Throws `InvalidInputError` naming the field that cannot be. */
export function telemetryOf({ statsd, statsdListen, otlp, otlpSample = 1 }: TelemetryFile): Telemetry {
  if (otlp !== undefined && !URL.canParse(otlp))
    throw new InvalidInputError('otlp', 'must be an address such as http://127.0.0.1:4318');
  return {
    statsd: addressOf('statsd', statsd),
    statsdListen: addressOf('statsdListen', statsdListen),
    otlp: otlp === undefined ? null : { url: otlp, sample: otlpSample },
  };
}
