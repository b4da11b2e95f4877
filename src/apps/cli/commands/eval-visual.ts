import { evaluateVisual } from '#services/vision/eval';
import type { Command } from '../command.ts';

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

/** `pinakes eval visual DIR`: leave-one-out retrieval on `DIR/<class>/*.jpg`. */
export const evalVisual: Command = async (input, { app, report, signal }) => {
  const figures = await evaluateVisual({
    folder: String(input['folder']),
    pictures: app.engines.pictures,
    limits: app.config.limits,
    signal,
    onProgress: (done: number, total: number) => report.progress('Looking', done, total),
  });
  const text = [
    `pictures         ${figures.images} in ${figures.classes} classes`,
    `mAP              ${percent(figures.map)}`,
    `precision@1      ${percent(figures.p1)}`,
    `precision@10     ${percent(figures.p10)}`,
    `milliseconds     ${figures.ms_per_image.toFixed(1)} a picture`,
  ].join('\n');
  return { json: { ...figures }, text, exitCode: 0 };
};
