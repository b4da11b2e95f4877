/**
 * libvips as this process uses it. Its settings are global to the process, so they are made here, once:
 * one thread a picture (the workers are as many as the cores), no cache of operations (no picture is
 * decoded twice), and only loaders of the formats that are taken in, so that no SVG, PDF or text renderer
 * ever sees a stranger's file.
 */
import sharp from 'sharp';

const loaders = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif', 'Tiff'];

let ready = false;

/** Applies the settings; free after the first time. */
export function prepareLibvips(): void {
  if (ready) return;
  sharp.concurrency(1);
  sharp.cache(false);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: loaders.map((name) => `VipsForeignLoad${name}`) });
  ready = true;
}
