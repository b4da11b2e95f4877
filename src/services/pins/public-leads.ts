import type { Id } from '#kernel/ids';
import { recent } from '#kernel/lru';
import type { Store } from '#services/store/contract';
import type { PinOfMedia } from './contract.ts';

/** How many are remembered, some 300 bytes each. */
const most = 50_000;

interface Lead {
  readonly pin: PinOfMedia;
  readonly isCurrent: () => boolean;
}

/** Pictures whose oldest pin is public: that pin, for as long as nothing that decides it has changed. */
export class PublicLeads {
  readonly #store: Pick<Store, 'linksVersion' | 'watch' | 'changeCount'>;
  readonly #kept = recent<Id, Lead>(most);

  constructor(store: Pick<Store, 'linksVersion' | 'watch' | 'changeCount'>) {
    this.#store = store;
  }

  /** The public pin that leads a picture, if it is remembered. Cost: under 1 µs. */
  get(mediaId: Id): PinOfMedia | undefined {
    const lead = this.#kept.get(mediaId);
    return lead?.isCurrent() ? lead.pin : undefined;
  }

  /** To be asked before pictures' pins are read: remembers what is then found, unless anything changes meanwhile. */
  remembering(mediaIds: readonly Id[]): (pin: PinOfMedia) => void {
    const versions = new Map(mediaIds.map((mediaId) => [mediaId, this.#version(mediaId)]));
    const before = this.#store.changeCount();
    return (pin) => {
      const { pinId, mediaId, boardId } = pin;
      const unchanged = this.#store.watch([pinId, boardId]);
      const version = versions.get(mediaId);
      if (this.#store.changeCount() !== before) return;
      this.#kept.set(mediaId, {
        pin,
        isCurrent: () => unchanged() && this.#version(mediaId) === version,
      });
    };
  }

  #version(mediaId: Id): number {
    return this.#store.linksVersion('media_has_pin', mediaId);
  }
}
