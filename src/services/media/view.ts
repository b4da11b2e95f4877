/** Stored pictures as pages need them. */
import type { MediaData, PictureView } from './contract.ts';

/** Shapes a picture for a page. */
export function viewOf(data: MediaData): PictureView {
  return {
    signature: data.signature,
    width: data.width,
    height: data.height,
    placeholder: data.placeholder,
    colour: data.colour,
    palette: data.palette.map(({ hex }) => hex),
    state: data.state,
  };
}
