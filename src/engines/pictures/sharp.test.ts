import { picturesContract } from './contract.ts';
import { createPlainEncoder } from './contract-encoder.ts';
import { createSharpPictures } from './sharp.ts';

picturesContract('createSharpPictures', async () => createSharpPictures({ encoder: createPlainEncoder() }));
