/** Feeds: endless, stable while scrolling, no pin twice. */
import type { Actor } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { Page, PageRequest } from '#kernel/schema';
import type { PinView } from '#services/pins/contract';

/** The feed service. A cursor stays valid across restarts; an expired one continues with fresh pins that the scroll has not shown, as far as can be known. */
export interface Feed {
  /** The home feed: personal for a person, popular and fresh for a stranger. */
  home(viewer: Actor, page: PageRequest): Promise<Page<PinView>>;
  /** The home feed as the JSON text of its page in UTF-8, the way HTTP sends it: cached pieces joined, for speed. */
  homeJson(viewer: Actor, page: PageRequest): Promise<Buffer>;
  /** Pins related to a visible pin. */
  related(viewer: Actor, pinId: Id, page: PageRequest): Promise<Page<PinView>>;
  /** New pins of whom the person follows, newest first. */
  following(viewer: Actor, page: PageRequest): Promise<Page<PinView>>;
  /** The person's next visit of the home feed is made anew, because they did something that should show in it. */
  renew(userId: Id): void;
}
