/** A picture worker with the small encoder, for the pool's tests. */
import { createPlainEncoder } from './contract-encoder.ts';
import { createSharpPictures } from './sharp.ts';
import { pictureTask } from './wire.ts';

/** The pool's task. */
export default pictureTask(createSharpPictures({ encoder: createPlainEncoder() }));
