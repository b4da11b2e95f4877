import type { Json } from '#kernel/json';
import type { PlanRequest } from '#services/capacity/contract';
import type { Command } from '../command.ts';
import { planText } from './shards-plan-text.ts';

/** `pinakes shards plan`: the live system and the plan, `{"live", "input", "sources", "rates", "plan"}`. */
export const shardsPlan: Command = async (input, { app }) => {
  const { capacity } = app.services;
  const planned = await capacity.plan(input as PlanRequest);
  const live = await capacity.live();
  return {
    json: JSON.parse(JSON.stringify({ live, ...planned })) as Json,
    text: planText(live, planned),
    exitCode: 0,
  };
};
