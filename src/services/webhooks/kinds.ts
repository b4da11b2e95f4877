/** Of what webhooks are told; apart from the contract, whose schemas take time to load. */

/** What a hook can ask for. `test` goes to any hook when its owner asks for it. */
export const webhookKinds = [
  'pin.created',
  'pin.saved',
  'pin.updated',
  'pin.removed',
  'board.created',
  'board.updated',
  'board.removed',
  'follow.created',
  'follow.removed',
  'user.created',
  'alert.raised',
  'alert.resolved',
] as const;
/** One of them. */
export type WebhookKind = (typeof webhookKinds)[number];
